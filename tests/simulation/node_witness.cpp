#include "node_witness.hpp"

#include <algorithm>

#include "protocol/codec.hpp"

namespace dtest::simulation {
namespace {

std::size_t number(const broker::Session* session) {
  return session == nullptr ? 0 : static_cast<std::size_t>(session->state()) + 1;
}

Occasion occasion_of(const protocol::Hello& hello, const broker::Session* session) {
  if (session == nullptr) return Occasion::hello;
  if (hello.number == session->number()) return Occasion::hello_same;
  return hello.number < session->number() ? Occasion::hello_lower : Occasion::hello_higher;
}

}  // namespace

Cause cause_of(const protocol::Work& work, const broker::Session* session, bool subscribed) {
  if (const auto* hello = std::get_if<protocol::Hello>(&work))
    return {subscribed ? occasion_of(*hello, session) : Occasion::elsewhere, 0};
  return std::visit(
      [&](const auto& m) -> Cause {
        using Message = std::decay_t<decltype(m)>;
        if constexpr (requires { m.epoch; })
          if (session == nullptr || session->epoch() != m.epoch) return {Occasion::other_epoch, 0};
        if constexpr (std::is_same_v<Message, protocol::ItemWork>) return {Occasion::item, 0};
        else if constexpr (std::is_same_v<Message, protocol::Ping>) return {Occasion::ping, 0};
        else if constexpr (std::is_same_v<Message, protocol::Synced>) return {Occasion::synced, 0};
        else if constexpr (std::is_same_v<Message, protocol::SlotOrders>) return {Occasion::slots, 0};
        else if constexpr (std::is_same_v<Message, protocol::Bye>) return {Occasion::bye, 0};
        else if constexpr (std::is_same_v<Message, protocol::Cancel>)
          return {m.kill ? Occasion::cancel_kill : Occasion::cancel_drain, 0};
        else return {Occasion::elsewhere, 0};
      },
      work);
}

Cause cause_of(const protocol::LocalReport& report) {
  const bool boot = report.slot == base::kBootSlot;
  const protocol::LocalBody& body = report.body;
  Occasion occasion = boot ? Occasion::boot_words : Occasion::words;
  if (std::holds_alternative<protocol::Plan>(body)) occasion = Occasion::plan;
  else if (std::holds_alternative<protocol::BootFailed>(body)) occasion = Occasion::bootfail;
  else if (std::holds_alternative<protocol::Loaded>(body)) occasion = Occasion::loaded;
  else if (std::holds_alternative<protocol::Ready>(body)) occasion = Occasion::ready;
  else if (std::holds_alternative<protocol::ExampleList>(body)) occasion = Occasion::list;
  else if (std::holds_alternative<protocol::RunDone>(body)) occasion = Occasion::done;
  else if (std::holds_alternative<protocol::Loading>(body)) occasion = Occasion::loading;
  return {occasion, std::holds_alternative<protocol::Forked>(body) ? 0 : report.slot.value};
}

Cause cause_of(const broker::ProcessOver& over) {
  if (over.slot != base::kBootSlot) return {Occasion::process_ends, over.slot.value};
  return {over.how == "exit 78" ? Occasion::boot_exits_78 : Occasion::boot_ends, 0};
}

Cause cause_of(const broker::HookOver& over) {
  if (over.slot == base::kBootSlot) return {over.ok ? Occasion::node_setup_ok : Occasion::node_setup_failed, 0};
  return {over.ok ? Occasion::runner_setup_ok : Occasion::runner_setup_failed, over.slot.value};
}

void NodeWitness::before(const broker::Session* session) {
  state_ = number(session);
  slots_.clear();
  if (session == nullptr) return;
  epoch_ = session->epoch();
  for (const broker::RunnerSlot& slot : session->slots()) slots_.push_back(static_cast<std::uint8_t>(slot.state()));
}

// A hello may have waited while the daemon was stopped, and the session that it was compared with ended or came since.
Occasion NodeWitness::as_it_came(Occasion occasion) const {
  if (state_ != 0 && occasion == Occasion::hello) return Occasion::hello_higher;
  const bool compared = occasion == Occasion::hello_same || occasion == Occasion::hello_lower ||
                        occasion == Occasion::hello_higher;
  return state_ == 0 && compared ? Occasion::hello : occasion;
}

void NodeWitness::after(const broker::Session* session, const Cause& cause, const broker::Actions& actions) {
  seen_.saw(Machine::session, state_, as_it_came(cause.occasion), number(session));
  if (session == nullptr || state_ == 0 || session->epoch() != epoch_) return;
  const bool killed = std::any_of(actions.begin(), actions.end(), [](const broker::Action& action) {
    const auto* kill = std::get_if<broker::KillProcess>(&action);
    return kill != nullptr && kill->slot == base::kBootSlot;
  });
  if (killed) seen_.saw(Machine::session, state_, Occasion::boot_killed, number(session));
  slots(*session, cause);
}

void NodeWitness::slots(const broker::Session& session, const Cause& cause) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const auto state = static_cast<std::size_t>(session.slots()[i].state());
    const bool rests = cause.occasion == Occasion::item && session.slots()[i].rests();
    const bool own = cause.slot == i + 1 || rests;
    if (slots_[i] == state && !own) continue;
    const bool others = cause.slot != 0 && !own;  // another runner's step, as when its item comes back
    seen_.saw(Machine::slot, slots_[i], others ? Occasion::elsewhere : cause.occasion, state);
  }
}

bool was_to_quit(const broker::Session& session, const broker::ProcessOver& over) {
  using State = broker::Session::State;
  if (session.state() == State::closing || session.state() == State::closed || session.state() == State::gone)
    return false;
  if (over.slot == base::kBootSlot) return session.state() == State::leaving;
  const broker::RunnerSlot& runner = session.slots()[over.slot.value - 1];
  return runner.incarnation() == over.incarnation && runner.state() == broker::RunnerSlot::State::leaving;
}

bool breaks_off(const broker::Session& session) {
  const auto leaves = [](const broker::RunnerSlot& r) { return r.state() == broker::RunnerSlot::State::leaving; };
  return session.state() == broker::Session::State::leaving &&
         std::any_of(session.slots().begin(), session.slots().end(), leaves);
}

bool tells_of_error(const broker::Actions& actions) {
  for (const broker::Action& action : actions) {
    const auto* frame = std::get_if<broker::Publish>(&action);
    const auto result = protocol::decode_result(frame == nullptr ? std::string_view() : frame->frame);
    const auto* reports = result ? std::get_if<protocol::Reports>(&result.message->content) : nullptr;
    if (reports == nullptr) continue;
    for (const protocol::Body& body : reports->bodies)
      if (std::holds_alternative<protocol::OutsideError>(body)) return true;
  }
  return false;
}

}  // namespace dtest::simulation
