#include "virtual_process.hpp"

#include <algorithm>

#include "protocol/codec.hpp"

namespace dtest::simulation {

void VirtualProcess::say(protocol::LocalBody body) {
  std::string bytes = protocol::encode(protocol::LocalReport{slot_, incarnation_, ++number_, std::move(body)});
  heard_out_ = std::max(heard_out_, shared_.now() + shared_.some(2000));
  // The host lives as long as the world.
  shared_.time.at(heard_out_, [this, self = shared_from_this(), bytes = std::move(bytes)] {
    auto message = protocol::decode_local_report(bytes);
    if (message) host_.on_said(*message.message);
    else shared_.invariants.violated("a runner's message was refused: " + message.why);
  });
}

void VirtualProcess::die(const std::string& how) {
  if (!alive_) return;
  alive_ = false;
  shared_.trace.note(shared_.now(), "process died", slot_.value, incarnation_.value, static_cast<std::uint64_t>(pid_));
  on_death();
  host_.on_died(*this, how);
}

void VirtualProcess::kill(base::Duration grace) {
  bool ignores = shared_.random.chance(shared_.scenario.ignore_term);
  base::Duration delay = ignores ? grace + shared_.some(100'000) : shared_.random.between(base::Duration(100), grace);
  later(delay, [this, ignores] { die(ignores ? "SIGKILL" : "SIGTERM"); });
}

}  // namespace dtest::simulation
