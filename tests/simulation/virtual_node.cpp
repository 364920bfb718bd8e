#include "virtual_node.hpp"

#include <algorithm>
#include <utility>

#include "protocol/codec.hpp"

namespace dtest::simulation {

VirtualNode::VirtualNode(Shared& shared, std::size_t index, Publish publish)
    : shared_(shared), index_(index), drift_(shared.scenario.drift[index]), publish_(std::move(publish)) {
  if (shared.scenario.drift[index] != 0) shared_.saw(Fault::clock_drift, index);
  if (shared.scenario.slow[index] > 1) shared_.saw(Fault::slow_node, index, shared.scenario.slow[index]);
  start();
}

void VirtualNode::start() {
  broker::Limits limits;
  limits.prefetch = shared_.scenario.prefetch;
  limits.outbox_reports = shared_.scenario.outbox_reports;
  ++life_;
  node_ = std::make_unique<broker::Node>(name(), limits, [this] { return shared_.random.next(); });
  armed_ = fence_ = base::kNever;
  stopped_ = false;
  backlog_.clear();
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

void VirtualNode::go_on() {
  shared_.trace.note(shared_.now(), "daemon goes on", index_, backlog_.size());
  stopped_ = false;
  armed_ = base::kNever;
  // Whether its timers or its sockets come first is not said.
  if (shared_.random.chance(0.5)) wake();
  for (const Call& call : std::exchange(backlog_, {})) step(call);
  if (node_) wake();
}

void VirtualNode::stop() {
  if (!node_) return;
  shared_.trace.note(shared_.now(), "daemon ends", index_);
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
  shared_.trace.note(shared_.now(), "daemon is back", index_);
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
  step([run](broker::Node& node, broker::Actions&) { node.on_subscription(run, true); });
}

void VirtualNode::on_work(const protocol::Work& heard) {
  protocol::Work work = heard;
  spoil(work);
  shared_.trace.note(shared_.now(), "node hears", index_, work.index());
  step([this, work = std::move(work)](broker::Node& node, broker::Actions& actions) {
    node.on_work(work, now(), actions);
  });
}

// Planted bugs of the node's ear.
void VirtualNode::spoil(protocol::Work& work) {
  if (auto* orders = std::get_if<protocol::SlotOrders>(&work))
    if (shared_.planted == Planted::orders_dropped) orders->orders.clear();
  if (shared_.planted == Planted::nosession_too_early) deny_too_early(work);
  if (auto* ping = std::get_if<protocol::Ping>(&work)) {
    if (shared_.planted == Planted::acks_dropped) ping->ack = base::ReportNumber(0);
    if (shared_.planted == Planted::lease_on_receipt) ping->beat = newest_beat_;
  }
  if (shared_.planted != Planted::node_trusts_epochs || !node_) return;
  std::visit(
      [&](auto& m) {
        if constexpr (requires { m.epoch; })
          if (const broker::Session* session = node_->session(m.run)) m.epoch = session->epoch();
      },
      work);
}

void VirtualNode::deny_too_early(const protocol::Work& work) {
  const auto* ping = std::get_if<protocol::Ping>(&work);
  if (ping == nullptr || session_ == nullptr || !session_->killing()) return;
  protocol::Result result;
  result.header.epoch = ping->epoch;
  result.content = protocol::NoSession{};
  publish_(protocol::encode(result, {}));
}

void VirtualNode::on_local(const base::RunId& run, const protocol::LocalReport& report) {
  shared_.trace.note(shared_.now(), "runner says", index_, report.slot.value, report.incarnation.value,
                     report.body.index());
  if (stopped_) {
    backlog_.emplace_back([this, run, report](broker::Node& node, broker::Actions& actions) {
      node.on_local(run, report, now(), actions);
    });
    return;
  }
  step([&](broker::Node& node, broker::Actions& actions) { node.on_local(run, report, now(), actions); });
}

void VirtualNode::on_process_over(const base::RunId& run, const broker::ProcessOver& over) {
  shared_.trace.note(shared_.now(), "process over", index_, over.slot.value, over.incarnation.value);
  step([this, run, over](broker::Node& node, broker::Actions& actions) {
    node.on_process_over(run, over, now(), actions);
  });
}

void VirtualNode::on_hook_over(const base::RunId& run, const broker::HookOver& over) {
  shared_.trace.note(shared_.now(), "hook over", index_, over.slot.value, over.ok ? 1 : 0);
  step([this, run, over](broker::Node& node, broker::Actions& actions) {
    node.on_hook_over(run, over, now(), actions);
  });
}

void VirtualNode::on_session_empty(const base::RunId& run) {
  shared_.trace.note(shared_.now(), "session empty", index_);
  step([this, run](broker::Node& node, broker::Actions& actions) { node.on_session_empty(run, now(), actions); });
}

void VirtualNode::step(const Call& call) {
  if (!node_) return;
  if (stopped_) {
    backlog_.push_back(call);
    return;
  }
  broker::Actions actions;
  call(*node_, actions);
  perform(actions);
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
      node_->on_work(protocol::Ping{*subscribed_, session->epoch(), newest_beat_, {}, false}, now(), ignored);
      perform(ignored);
    }
  }
  if (node_ && node_->next_deadline() <= now()) {
    broker::Actions actions;
    node_->tick(now(), actions);
    perform(actions);
    if (node_ && node_->next_deadline() <= now())
      shared_.invariants.violated("a node is never done with its timers: its loop would spin");
  }
  step([](broker::Node&, broker::Actions&) {});
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
    backlog_.insert(backlog_.begin(), [this](broker::Node& node, broker::Actions& actions) {
      node.on_fenced(*subscribed_, now(), actions);
    });
    guarded->kill_all(std::min(guarded->options().grace, broker::Limits().lease_grace));
  });
}

void VirtualNode::perform(const broker::Actions& actions) {
  for (const broker::Action& action : actions) {
    if (const auto* frame = std::get_if<broker::Publish>(&action)) {
      if (shared_.planted == Planted::lease_on_receipt || shared_.planted == Planted::lease_never_over)
        newest_beat_ = protocol::decode_result(frame->frame).message->header.beat;
      publish_(frame->frame);
    } else if (const auto* keeper = std::get_if<broker::StartKeeper>(&action)) {
      if (session_ != nullptr) shared_.invariants.violated("a session was opened while another one stood");
      const std::uint32_t slowness = shared_.scenario.slow[index_];
      session_ = all_.emplace_back(std::make_unique<VirtualSession>(shared_, *this, *keeper, index_, slowness)).get();
    } else if (std::holds_alternative<broker::EndSession>(action)) {
      if (session_ != nullptr && session_->alive() > 0)
        shared_.invariants.violated("a session with live processes was ended");
      if (session_ != nullptr) session_->end();
      session_ = nullptr;
    } else if (session_ != nullptr) {
      perform_session(action);
    } else if (!std::holds_alternative<broker::Log>(action)) {
      shared_.invariants.violated("something is done for a session that is not there");
    }
  }
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
