#include "virtual_process.hpp"

#include <algorithm>

#include "protocol/codec.hpp"

namespace dtest::simulation {

// The host lives as long as the world.
bool VirtualProcess::say(protocol::LocalBody body) {
  protocol::LocalReport message{slot_, incarnation_, ++number_, std::move(body)};
  if (closed_) return false;
  if (shared_.random.chance(shared_.scenario.lose_words)) {
    shared_.saw(Fault::words_lost, slot_.value, message.body.index());
    whole_ = false;
    return false;
  }
  heard_out_ = std::max(heard_out_, shared_.now() + shared_.some(2000));
  if (shared_.scenario.codec) {
    say_through_codec(message);
    return whole_;
  }
  shared_.time.at(heard_out_, [this, self = shared_from_this(), message = std::move(message)] {
    host_.on_said(message);
  });
  return whole_;
}

void VirtualProcess::print() {
  if (!shared_.random.chance(shared_.scenario.flood)) return;
  shared_.saw(Fault::flooded, slot_.value);
  shared_.invariants.flooded();
  host_.on_flooded(slot_, incarnation_);
}

void VirtualProcess::deliver(const protocol::LocalWork& work) {
  if (!alive_ || closed_) return;
  unless_stopped([this, work] { hear(work); });
}

void VirtualProcess::stop(base::Duration how_long) {
  stopped_until_ = std::max(stopped_until_, shared_.now() + how_long);
}

void VirtualProcess::say_through_codec(const protocol::LocalReport& said) {
  shared_.time.at(heard_out_, [this, self = shared_from_this(), bytes = protocol::encode(said)] {
    auto heard = protocol::decode_local_report(bytes);
    if (heard) host_.on_said(*heard.message);
    else shared_.invariants.violated(Rule::own_words, "a runner's message was refused: " + heard.why);
  });
}

void VirtualProcess::die(const std::string& how) {
  if (!alive_) return;
  alive_ = false;
  shared_.trace.note(shared_.now(), "process %n.%n (pid %n) died", slot_.value, incarnation_.value,
                     static_cast<std::uint64_t>(pid_));
  on_death();
  host_.on_died(*this, how);
}

void VirtualProcess::leave(const std::string& how, bool in_order) {
  const bool hidden = shared_.planted == Planted::break_off_hidden;
  if (in_order || hidden) say(protocol::LocalBye{});
  broke_off_ = !in_order;
  die(in_order || hidden ? "exit 0" : how);
}

void VirtualProcess::condemn(base::Duration grace) {
  condemned_ = true;
  on_condemned();
  kill(grace);
}

void VirtualProcess::kill(base::Duration grace) {
  const bool ignores = shared_.random.chance(shared_.scenario.ignore_term) || shared_.now() < stopped_until_;
  if (ignores && alive_) shared_.saw(Fault::term_ignored, slot_.value);
  base::Duration delay = ignores ? grace + shared_.some(100'000) : shared_.random.between(base::Duration(100), grace);
  // What is slow is no slower to be killed.
  shared_.time.after(delay, [self = weak_from_this(), ignores] {
    if (auto process = self.lock()) process->die(ignores ? "SIGKILL" : "SIGTERM");
  });
}

}  // namespace dtest::simulation
