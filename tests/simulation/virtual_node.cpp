#include "virtual_node.hpp"

#include <algorithm>
#include <utility>

#include "protocol/codec.hpp"

namespace dtest::simulation {

VirtualNode::VirtualNode(Shared& shared, std::size_t index, Publish publish)
    : shared_(shared),
      index_(index),
      drift_(shared.scenario.drift[index]),
      publish_(std::move(publish)),
      spoiler_(shared),
      witness_(shared.transitions) {
  if (shared.scenario.drift[index] != 0) shared_.saw(Fault::clock_drift, index);
  if (shared.scenario.slow[index] > 1) shared_.saw(Fault::slow_node, index, shared.scenario.slow[index]);
  start();
}

void VirtualNode::start() {
  broker::Limits limits;
  limits.prefetch = shared_.scenario.prefetch;
  limits.outbox_reports = shared_.scenario.outbox_reports;
  if (shared_.scenario.most_examples > 0) limits.examples = shared_.scenario.most_examples;
  if (shared_.scenario.most_files > 0) limits.files = shared_.scenario.most_files;
  if (shared_.planted == Planted::outbox_unbounded) limits.outbox_reports = 1'000'000;
  if (shared_.planted == Planted::window_ignored) limits.prefetch += 100;
  if (shared_.planted == Planted::lease_too_long) limits.lease = std::chrono::seconds(14);
  if (shared_.scenario.embedded) {
    limits.lease.reset();
    limits.prefetch_per_runner = 2;
  }
  ++life_;
  node_ = std::make_unique<broker::Node>(name(), limits, [this] { return draw_epoch(); });
  armed_ = fence_ = base::kNever;
  stopped_ = false;
  backlog_.clear();
}

std::uint64_t VirtualNode::draw_epoch() {
  const std::uint64_t drawn = shared_.random.next();
  return shared_.planted == Planted::epoch_drawn_twice ? 1 + index_ : drawn;
}

void VirtualNode::die() {
  if (dead_) return;
  dead_ = true;
  shared_.saw(Fault::node_death, index_);
  ++life_;
  node_.reset();
  for (const auto& session : all_) session->vanish();
  session_ = nullptr;
}

void VirtualNode::stop_for(base::Duration how_long) {
  if (!node_ || stopped_) return;
  shared_.saw(Fault::daemon_stopped, index_);
  stopped_ = true;
  shared_.time.after(how_long, [this, life = life_] {
    if (life == life_) go_on();
  });
}

void VirtualNode::stop_guardian(base::Duration how_long) {
  if (session_ != nullptr) session_->stop_guardian(how_long);
}

// What is on its way meanwhile would be measured a little wrong: that is so, and does no harm.
void VirtualNode::suspend(base::Duration how_long) {
  if (!node_ || stopped_ || session_ == nullptr || !session_->quiet()) return;
  shared_.saw(Fault::suspended, index_);
  session_->slept(how_long);
  if (shared_.planted != Planted::sleep_counted) node_->on_slept(how_long);
}

void VirtualNode::go_on() {
  shared_.trace.note(shared_.now(), "daemon of node%n goes on, %n events wait", index_, backlog_.size());
  stopped_ = false;
  armed_ = base::kNever;
  // Whether its timers or its sockets come first is not said.
  if (shared_.random.chance(0.5)) wake();
  for (const auto& [cause, call] : std::exchange(backlog_, {})) step(cause, call);
  if (node_) wake();
}

void VirtualNode::terminate() {
  if (!node_ || stopped_) {
    stop();
    return;
  }
  shared_.saw(Fault::daemon_told_to_stop, index_);
  step({Occasion::told_to_stop, 0},
       [this](broker::Node& node, broker::Actions& actions) { node.stop(now(), actions); });
  shared_.time.after(std::chrono::milliseconds(2500), [this, life = life_] {
    if (life == life_) stop();
  });
}

void VirtualNode::stop() {
  if (!node_) return;
  shared_.trace.note(shared_.now(), "daemon of node%n ends", index_);
  ++life_;
  node_.reset();
  backlog_.clear();
  if (session_ == nullptr) return;
  session_->end();
  // Guardians outlive their daemon to do that.
  session_->kill_all(std::min(session_->options().grace, broker::Limits().lease_grace));
  session_ = nullptr;
}

void VirtualNode::restart() {
  if (!node_) return;
  shared_.saw(Fault::daemon_restart, index_);
  stop();
  bool hasty = shared_.planted == Planted::survivors_of_restart;
  shared_.time.after(shared_.some(hasty ? 10'000 : 3'000'000), [this] { come_back(); });
}

void VirtualNode::come_back() {
  if (dead_) return;
  if (processes() > 0 && shared_.planted != Planted::survivors_of_restart) {
    shared_.time.after(std::chrono::milliseconds(50), [this] { come_back(); });
    return;
  }
  shared_.trace.note(shared_.now(), "daemon of node%n is back", index_);
  start();
  // Sockets connect anew and subscribe again.
  shared_.time.after(shared_.some(200'000), [this, life = life_] {
    if (life == life_ && node_ && subscribed_) node_->on_subscription(*subscribed_, true);
  });
}

std::size_t VirtualNode::processes() const {
  std::size_t alive = 0;
  for (const auto& session : all_) alive += session->alive();
  return alive;
}

void VirtualNode::on_subscription(const base::RunId& run) {
  subscribed_ = run;
  step({Occasion::elsewhere, 0}, [run](broker::Node& node, broker::Actions&) { node.on_subscription(run, true); });
}

void VirtualNode::on_work(const protocol::Work& heard) {
  protocol::Work work = heard;
  if (shared_.planted == Planted::nosession_too_early) deny_too_early(work);
  spoiler_.hears(node_ && subscribed_ ? node_->session(*subscribed_) : nullptr, work);
  if (std::holds_alternative<protocol::Ping>(work))
    shared_.trace.dull(shared_.now(), "node%n hears %w", index_, work.index());
  else shared_.trace.note(shared_.now(), "node%n hears %w", index_, work.index());
  const broker::Session* session = node_ && subscribed_ ? node_->session(*subscribed_) : nullptr;
  if (shared_.planted == Planted::killed_believed && kill_before_heard(work)) return;
  const Cause cause = cause_of(work, session, subscribed_.has_value());
  step(cause, [this, work = std::move(work)](broker::Node& node, broker::Actions& actions) {
    node.on_work(work, now(), actions);
  });
}

bool VirtualNode::kill_before_heard(const protocol::Work& work) {
  const auto* cancel = std::get_if<protocol::Cancel>(&work);
  if (cancel == nullptr || !cancel->kill || session_ == nullptr || session_->killing()) return false;
  session_->kill_all(session_->options().grace);
  shared_.time.after(std::chrono::milliseconds(500), [this, work] { on_work(work); });
  return true;
}

void VirtualNode::deny_too_early(const protocol::Work& work) {
  const auto* ping = std::get_if<protocol::Ping>(&work);
  if (ping == nullptr || session_ == nullptr || !session_->killing()) return;
  protocol::Result result;
  result.header.epoch = ping->epoch;
  result.content = protocol::NoSession{};
  publish_(protocol::encode(result, {}));
}

void VirtualNode::on_local(const base::RunId& run, const protocol::LocalReport& said) {
  if (shared_.planted == Planted::none) {
    hear_local(run, said);
    return;
  }
  protocol::LocalReport report = said;
  spoiler_.hears(report);
  hear_local(run, report);
}

void VirtualNode::hear_local(const base::RunId& run, const protocol::LocalReport& report) {
  shared_.trace.note(shared_.now(), "node%n: process %n.%n says %l", index_, report.slot.value,
                     report.incarnation.value, report.body.index());
  if (stopped_) {
    backlog_.emplace_back(cause_of(report), [this, run, report](broker::Node& node, broker::Actions& actions) {
      node.on_local(run, report, now(), actions);
    });
    return;
  }
  step(cause_of(report),
       [&](broker::Node& node, broker::Actions& actions) { node.on_local(run, report, now(), actions); });
}

void VirtualNode::on_process_over(const base::RunId& run, const broker::ProcessOver& over) {
  shared_.trace.note(shared_.now(), "node%n: process %n.%n is over", index_, over.slot.value, over.incarnation.value);
  step(cause_of(over), [this, run, over](broker::Node& node, broker::Actions& actions) {
    const broker::Session* session = node.session(run);
    const bool owed = session != nullptr && session_ != nullptr && was_to_quit(*session, over) &&
                      session_->broke_off(over.slot, over.incarnation);
    node.on_process_over(run, over, now(), actions);
    if (owed && !tells_of_error(actions))
      shared_.invariants.violated(Rule::told_as_it_was, "a process broke off its exit handlers, and nobody is told");
  });
}

void VirtualNode::on_hook_over(const base::RunId& run, const broker::HookOver& over) {
  shared_.trace.note(shared_.now(), "node%n: hook of slot %n ended", index_, over.slot.value, over.ok ? 1 : 0);
  step(cause_of(over), [this, run, over](broker::Node& node, broker::Actions& actions) {
    node.on_hook_over(run, over, now(), actions);
  });
}

void VirtualNode::on_session_empty(const base::RunId& run) {
  shared_.trace.note(shared_.now(), "node%n: nothing is left of its session", index_);
  step({Occasion::empty, 0}, [this, run](broker::Node& node, broker::Actions& actions) {
    const broker::Session* session = node.session(run);
    const bool owed = session != nullptr && breaks_off(*session);
    node.on_session_empty(run, now(), actions);
    if (owed && !tells_of_error(actions))
      shared_.invariants.violated(Rule::told_as_it_was, "a guardian died while runners left, and nobody is told");
  });
}

void VirtualNode::on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation) {
  constexpr std::uint64_t kKept = 4U << 20U;
  step({Occasion::elsewhere, 0}, [this, run, slot, incarnation](broker::Node& node, broker::Actions& actions) {
    node.on_flood(run, slot, incarnation, kKept, now(), actions);
  });
}

void VirtualNode::watched(const Cause& cause, const Call& call) {
  broker::Actions actions;
  witness_.before(subscribed_ ? node_->session(*subscribed_) : nullptr);
  call(*node_, actions);
  witness_.after(subscribed_ ? node_->session(*subscribed_) : nullptr, cause, actions);
  perform(actions);
}

void VirtualNode::step(const Cause& cause, const Call& call) {
  if (!node_) return;
  if (stopped_) {
    backlog_.emplace_back(cause, call);
    return;
  }
  watched(cause, call);
  if (!node_) return;
  arm_fence();
  base::Instant next = drift_.when(node_->next_deadline());
  if (next >= armed_) return;
  armed_ = next;
  shared_.time.at(next, [this, life = life_, next] {
    if (life == life_ && armed_ == next && !stopped_) wake();
  });
}

void VirtualNode::wake() {
  armed_ = base::kNever;
  if (shared_.planted == Planted::lease_never_over && subscribed_) {
    if (const broker::Session* session = node_->session(*subscribed_)) {
      broker::Actions ignored;
      node_->on_work(protocol::Ping{*subscribed_, session->epoch(), spoiler_.newest_beat(), {}, false}, now(), ignored);
      perform(ignored);
    }
  }
  if (node_ && node_->next_deadline() <= now()) {
    watched({Occasion::time, 0}, [this](broker::Node& node, broker::Actions& actions) { node.tick(now(), actions); });
    if (node_ && node_->next_deadline() <= now())
      shared_.invariants.violated(Rule::progress, "a node is never done with its timers: its loop would spin");
  }
  step({Occasion::time, 0}, [](broker::Node&, broker::Actions&) {});
}

// As the daemon tells its guardian after each turn. The guardian's clock is that of the machine.
void VirtualNode::arm_fence() {
  const broker::Session* session = subscribed_ ? node_->session(*subscribed_) : nullptr;
  const base::Instant fence = session != nullptr ? drift_.when(session->fence()) : base::kNever;
  if (fence == fence_) return;
  fence_ = fence;
  if (fence == base::kNever || session_ == nullptr || shared_.planted == Planted::fence_missing) return;
  shared_.time.at(fence, [this, life = life_, fence, guarded = session_] {
    if (life != life_ || fence_ != fence || session_ != guarded || guarded->killing()) return;
    if (!stopped_) return;  // the daemon has its own timer for that
    shared_.saw(Fault::fenced, index_);
    // The daemon looks at that before anything else that its guardian said.
    backlog_.emplace(
        backlog_.begin(), Cause{Occasion::fenced, 0},
        [this](broker::Node& node, broker::Actions& actions) { node.on_fenced(*subscribed_, now(), actions); });
    guarded->kill_all(std::min(guarded->options().grace, broker::Limits().lease_grace));
  });
}

void VirtualNode::perform(const broker::Actions& actions) {
  for (const broker::Action& action : actions) {
    if (const auto* frame = std::get_if<broker::Publish>(&action)) {
      spoiler_.published(frame->frame);
      publish_(frame->frame);
    } else if (const auto* keeper = std::get_if<broker::StartKeeper>(&action)) {
      if (session_ != nullptr)
        shared_.invariants.violated(Rule::one_execution, "a session was opened while another one stood");
      const std::uint32_t slowness = shared_.scenario.slow[index_];
      session_ = all_.emplace_back(std::make_unique<VirtualSession>(shared_, *this, *keeper, index_, slowness)).get();
      if (!keeper->options.workspace.empty()) make_workspace(keeper->run);
    } else if (std::holds_alternative<broker::EndSession>(action)) {
      if (session_ != nullptr && session_->alive() > 0)
        shared_.invariants.violated(Rule::nothing_left, "a session with live processes was ended");
      if (session_ != nullptr) session_->end();
      session_ = nullptr;
    } else if (session_ != nullptr) {
      perform_session(action);
    } else if (!std::holds_alternative<broker::Log>(action)) {
      shared_.invariants.violated(Rule::nothing_left, "something is done for a session that is not there");
    }
  }
}

void VirtualNode::make_workspace(const base::RunId& run) {
  const bool fails = shared_.random.chance(shared_.scenario.workspace_fails);
  shared_.time.after(shared_.some(100'000), [this, run, fails, life = life_] {
    if (life != life_) return;
    if (fails) shared_.saw(Fault::workspace_failed, index_);
    step({fails ? Occasion::workspace_failed : Occasion::workspace_made, 0},
         [this, run, fails](broker::Node& node, broker::Actions& actions) {
           node.on_workspace(run, "/var/workspace", fails ? "no space left on device" : "", now(), actions);
         });
  });
}

void VirtualNode::perform_session(const broker::Action& action) {
  if (const auto* hook = std::get_if<broker::StartHook>(&action)) session_->start_hook(*hook);
  else if (const auto* stop = std::get_if<broker::KillHook>(&action)) session_->kill_hook(*stop);
  else if (const auto* boot = std::get_if<broker::StartBoot>(&action)) session_->start_boot(boot->incarnation);
  else if (const auto* fork = std::get_if<broker::ForkRunner>(&action)) session_->fork(*fork);
  else if (const auto* adopt = std::get_if<broker::AdoptRunner>(&action)) session_->adopt(*adopt);
  else if (const auto* send = std::get_if<broker::SendLocal>(&action)) session_->send(*send);
  else if (const auto* kill = std::get_if<broker::KillProcess>(&action)) session_->kill(*kill);
  else if (const auto* all = std::get_if<broker::KillSession>(&action)) session_->kill_all(all->grace);
}

}  // namespace dtest::simulation
