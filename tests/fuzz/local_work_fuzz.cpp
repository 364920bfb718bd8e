// J: what a broker says to the processes of a session.
#include "hold.hpp"
#include "protocol/codec.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto once = protocol::decode_local_work(fuzz::text(data, size));
  fuzz::hold(once || !once.why.empty(), "a refusal has a reason");
  if (!once) return 0;
  const std::string bytes = protocol::encode(*once.message);
  auto twice = protocol::decode_local_work(bytes);
  fuzz::hold(bool(twice), "what was understood is understood again:", twice.why);
  fuzz::hold(protocol::encode(*twice.message) == bytes, "it says the same again");
  return 0;
}
