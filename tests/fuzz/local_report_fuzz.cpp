// O: what a process that runs somebody's tests says. What the node takes from it, the master must understand too:
// a report that the master refuses would be sent again for ever.
#include <optional>
#include <type_traits>

#include "hold.hpp"
#include "protocol/codec.hpp"

using namespace dtest;

namespace {

/// As the session makes it of what a runner said.
std::optional<protocol::Body> as_report(const protocol::LocalBody& body) {
  return std::visit(
      [](const auto& m) -> std::optional<protocol::Body> {
        using M = std::decay_t<decltype(m)>;
        if constexpr (std::is_constructible_v<protocol::Body, M>) return protocol::Body(m);
        else if constexpr (std::is_same_v<M, protocol::ExampleOver>) return protocol::Body(m.example);
        else if constexpr (std::is_same_v<M, protocol::RunDone>) return protocol::Body(m.end);
        else return std::nullopt;
      },
      body);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > protocol::kMaxWork) return 0;  // the socket refuses it
  auto once = protocol::decode_local_report(fuzz::text(data, size));
  fuzz::hold(once || !once.why.empty(), "a refusal has a reason");
  if (!once) return 0;
  const std::string bytes = protocol::encode(*once.message);
  auto twice = protocol::decode_local_report(bytes);
  fuzz::hold(bool(twice), "what was understood is understood again:", twice.why);
  fuzz::hold(protocol::encode(*twice.message) == bytes, "it says the same again");
  auto body = as_report(once.message->body);
  if (!body) return 0;
  protocol::Result result;
  result.content = protocol::Reports{base::ReportNumber(1), {}};
  const std::string report = protocol::encode(*body);
  auto heard = protocol::decode_result(protocol::encode(result, {report}));
  fuzz::hold(bool(heard), "the master understands what the node took:", heard.why);
  return 0;
}
