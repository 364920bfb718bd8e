#include "virtual_node.hpp"

#include "protocol/codec.hpp"

namespace dtest::simulation {

VirtualNode::VirtualNode(Shared& shared, std::size_t index, Publish publish)
    : shared_(shared), index_(index), publish_(std::move(publish)) {
  start();
}

void VirtualNode::start() {
  broker::Limits limits;
  limits.prefetch = shared_.scenario.prefetch;
  limits.outbox_reports = shared_.scenario.outbox_reports;
  ++life_;
  node_ = std::make_unique<broker::Node>(name(), limits, [this] { return shared_.random.next(); });
  armed_ = base::kNever;
}

void VirtualNode::stop() {
  if (!node_) return;
  shared_.trace.note(shared_.now(), "daemon ends", index_);
  ++life_;
  node_.reset();
  if (session_ == nullptr) return;
  session_->end();
  session_->kill_all(session_->options().grace);  // guardians outlive their daemon to do that
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
  step([&](broker::Node& node, broker::Actions&) { node.on_subscription(run, true); });
}

void VirtualNode::on_frame(const std::string& frame) {
  auto work = protocol::decode_work(frame);
  if (!work) {
    shared_.invariants.violated("a master's message was refused: " + work.why);
    return;
  }
  if (shared_.planted == Planted::nosession_too_early) deny_too_early(*work.message);
  if (auto* ping = std::get_if<protocol::Ping>(&*work.message)) {
    if (shared_.planted == Planted::acks_dropped) ping->ack = base::ReportNumber(0);
    if (shared_.planted == Planted::lease_on_receipt) ping->beat = newest_beat_;
  }
  shared_.trace.note(shared_.now(), "node hears", index_, work.message->index());
  step([&](broker::Node& node, broker::Actions& actions) { node.on_work(*work.message, shared_.now(), actions); });
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
  step([&](broker::Node& node, broker::Actions& actions) { node.on_local(run, report, shared_.now(), actions); });
}

void VirtualNode::on_process_over(const base::RunId& run, const broker::ProcessOver& over) {
  shared_.trace.note(shared_.now(), "process over", index_, over.slot.value, over.incarnation.value);
  step([&](broker::Node& node, broker::Actions& actions) { node.on_process_over(run, over, shared_.now(), actions); });
}

void VirtualNode::on_session_empty(const base::RunId& run) {
  shared_.trace.note(shared_.now(), "session empty", index_);
  step([&](broker::Node& node, broker::Actions& actions) { node.on_session_empty(run, shared_.now(), actions); });
}

void VirtualNode::step(const std::function<void(broker::Node&, broker::Actions&)>& call) {
  if (!node_) return;
  broker::Actions actions;
  call(*node_, actions);
  perform(actions);
  if (!node_) return;
  base::Instant next = node_->next_deadline();
  if (next >= armed_) return;
  armed_ = next;
  shared_.time.at(next, [this, life = life_, next] {
    if (life == life_ && armed_ == next) wake();
  });
}

void VirtualNode::wake() {
  armed_ = base::kNever;
  base::Instant due = node_->next_deadline();
  if (due <= shared_.now()) {
    broker::Actions actions;
    node_->tick(shared_.now(), actions);
    perform(actions);
    if (node_ && node_->next_deadline() <= shared_.now())
      shared_.invariants.violated("a node is never done with its timers: its loop would spin");
  }
  step([](broker::Node&, broker::Actions&) {});
}

void VirtualNode::perform(const broker::Actions& actions) {
  for (const broker::Action& action : actions) {
    if (const auto* frame = std::get_if<broker::Publish>(&action)) {
      if (shared_.planted == Planted::lease_on_receipt)
        newest_beat_ = protocol::decode_result(frame->frame).message->header.beat;
      publish_(frame->frame);
    } else if (const auto* keeper = std::get_if<broker::StartKeeper>(&action)) {
      if (session_ != nullptr) shared_.invariants.violated("a session was opened while another one stood");
      session_ = all_.emplace_back(std::make_unique<VirtualSession>(shared_, *this, *keeper)).get();
    } else if (std::holds_alternative<broker::EndSession>(action)) {
      if (session_ != nullptr && session_->alive() > 0)
        shared_.invariants.violated("a session with live processes was ended");
      if (session_ != nullptr) session_->end();
      session_ = nullptr;
    } else if (session_ == nullptr) {
      if (!std::holds_alternative<broker::Log>(action))
        shared_.invariants.violated("something is done for a session that is not there");
    } else if (const auto* boot = std::get_if<broker::StartBoot>(&action)) {
      session_->start_boot(boot->incarnation);
    } else if (const auto* fork = std::get_if<broker::ForkRunner>(&action)) {
      session_->fork(*fork);
    } else if (const auto* adopt = std::get_if<broker::AdoptRunner>(&action)) {
      session_->adopt(*adopt);
    } else if (const auto* send = std::get_if<broker::SendLocal>(&action)) {
      session_->send(*send);
    } else if (const auto* kill = std::get_if<broker::KillProcess>(&action)) {
      session_->kill(*kill);
    } else if (const auto* all = std::get_if<broker::KillSession>(&action)) {
      session_->kill_all(all->grace);
    }
  }
}

}  // namespace dtest::simulation
