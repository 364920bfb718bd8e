// The datagrams between a keeper and its guardian, both ways.
#include "guardian/wire.hpp"
#include "hold.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text(data, size);
  if (auto command = guardian::decode_command(bytes)) {
    auto again = guardian::decode_command(guardian::encode(*command));
    fuzz::hold(again && guardian::encode(*again) == guardian::encode(*command), "a command says the same again");
  }
  if (auto event = guardian::decode_event(bytes)) {
    auto again = guardian::decode_event(guardian::encode(*event));
    fuzz::hold(again && guardian::encode(*again) == guardian::encode(*event), "an event says the same again");
  }
  return 0;
}
