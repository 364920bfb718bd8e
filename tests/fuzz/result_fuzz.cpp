// R: what a node publishes on its result channel; and the topics and subscriptions there.
#include <vector>

#include "hold.hpp"
#include "protocol/codec.hpp"

using namespace dtest;

namespace {

std::string encoded(const protocol::Result& result) {
  std::vector<std::string> bodies;
  if (const auto* reports = std::get_if<protocol::Reports>(&result.content))
    for (const protocol::Body& body : reports->bodies) bodies.push_back(protocol::encode(body));
  return protocol::encode(result, {bodies.begin(), bodies.end()});
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (auto run = protocol::run_of_topic(fuzz::text(data, size)))
    fuzz::hold(protocol::result_topic(*run).size() == size, "a topic names its run");
  auto once = protocol::decode_result(fuzz::text(data, size));
  fuzz::hold(once || !once.why.empty(), "a refusal has a reason");
  if (!once) return 0;
  const std::string bytes = encoded(*once.message);
  auto twice = protocol::decode_result(bytes);
  fuzz::hold(bool(twice), "what was understood is understood again:", twice.why);
  fuzz::hold(encoded(*twice.message) == bytes, "it says the same again");
  return 0;
}
