#include "virtual_master.hpp"

#include "protocol/codec.hpp"

namespace dtest::simulation {

VirtualMaster::VirtualMaster(Shared& shared, base::RunId run, protocol::SessionOptions options, Send send)
    : shared_(shared), send_(std::move(send)) {
  master::Limits limits;
  limits.crash_retries = shared_.scenario.crash_retries;
  master_ = std::make_unique<master::Master>(run, std::move(options), limits, *this);
}

void VirtualMaster::add_node(const std::string& name) {
  step([&](master::Master& m, master::Actions& actions) { m.add_node(name, shared_.now(), actions); });
}

// Planted bugs of the master's ear.
void VirtualMaster::spoil(protocol::Result& result) {
  Seen& seen = seen_[result.header.epoch];
  if (shared_.planted == Planted::credit_increments) {
    std::uint64_t rise = result.header.credit.value > seen.told ? result.header.credit.value - seen.told : 1;
    seen.told = std::max(seen.told, result.header.credit.value);
    seen.credit += rise;
    result.header.credit = base::JobNumber(seen.credit);
  } else if (shared_.planted == Planted::gaps_renumbered) {
    auto* reports = std::get_if<protocol::Reports>(&result.content);
    if (reports == nullptr) return;
    std::uint64_t number = reports->first.value;
    if (number > seen.applied + 1) reports->first = base::ReportNumber(seen.applied + 1);
    std::uint64_t last = reports->first.value + reports->bodies.size() - 1;
    seen.applied = std::max(seen.applied, last);
  } else if (shared_.planted == Planted::attempt_not_bumped) {
    auto* reports = std::get_if<protocol::Reports>(&result.content);
    if (reports == nullptr) return;
    for (protocol::Body& body : reports->bodies)
      if (auto* end = std::get_if<protocol::ItemEnd>(&body)) end->attempt = base::Attempt(1);
  }
}

void VirtualMaster::on_frame(const std::string& node, const std::string& frame) {
  if (over_) return;
  auto result = protocol::decode_result(frame);
  if (!result) {
    shared_.invariants.violated("a node's message was refused: " + result.why);
    return;
  }
  spoil(*result.message);
  shared_.trace.note(shared_.now(), "master hears", node.back() - std::uint64_t{'0'}, result.message->content.index(),
                     result.message->header.newest.value, result.message->header.credit.value);
  step([&](master::Master& m, master::Actions& actions) {
    m.on_result(node, std::move(*result.message), shared_.now(), actions);
  });
}

void VirtualMaster::on_node_lost(const std::string& node) {
  step([&](master::Master& m, master::Actions& actions) {
    m.on_node_lost(node, "its daemon ended", shared_.now(), actions);
  });
}

void VirtualMaster::drain() {
  if (over_) return;
  shared_.saw(Fault::drain);
  shared_.invariants.cancelled();
  step([&](master::Master& m, master::Actions& actions) { m.drain(shared_.now(), actions); });
}

void VirtualMaster::kill() {
  if (over_) return;
  shared_.saw(Fault::kill);
  shared_.invariants.cancelled();
  step([&](master::Master& m, master::Actions& actions) { m.kill(shared_.now(), actions); });
}

std::vector<master::PlannedItem> VirtualMaster::items() const {
  std::vector<master::PlannedItem> all;
  for (const VirtualItem& item : shared_.scenario.items) {
    master::PlannedItem planned{shared_.scenario.files[item.file].path, std::nullopt, std::nullopt};
    if (item.split) planned.examples = item.examples;
    // True or not: what is brief is sent to a runner ahead of its turn.
    if (item.file % 3 != 0) planned.expected = std::chrono::milliseconds(item.file % 2 == 0 ? 5 : 500);
    all.push_back(std::move(planned));
  }
  return all;
}

void VirtualMaster::step(const std::function<void(master::Master&, master::Actions&)>& call) {
  if (over_) return;
  master::Actions actions;
  call(*master_, actions);
  perform(actions);
  if (plan_wanted_) {
    plan_wanted_ = false;
    master::Actions more;
    master_->plan(items(), shared_.now(), more);
    perform(more);
  }
  if (master_->finished()) {
    over_ = true;
    shared_.trace.note(shared_.now(), "finished");
    shared_.invariants.finished(planned_, shared_.invariants.no_node_served_to_the_end());
    return;
  }
  base::Instant next = master_->next_deadline();
  if (next >= armed_) return;
  armed_ = next;
  shared_.time.at(next, [this, next] {
    if (armed_ == next && !over_) wake();
  });
}

void VirtualMaster::wake() {
  armed_ = base::kNever;
  if (master_->next_deadline() <= shared_.now()) {
    master::Actions actions;
    master_->tick(shared_.now(), actions);
    perform(actions);
    if (!master_->finished() && master_->next_deadline() <= shared_.now())
      shared_.invariants.violated("the master is never done with its timers: its loop would spin");
  }
  step([](master::Master&, master::Actions&) {});
}

void VirtualMaster::perform(const master::Actions& actions) {
  for (const master::Send& action : actions) send_(action.node, action.frame);
}

void VirtualMaster::on_node_joined(const std::string& node, base::Instant now) {
  shared_.trace.note(now, "joined", node.back() - std::uint64_t{'0'});
}

void VirtualMaster::on_node_gone(const std::string& node, const std::string&, std::uint64_t requeued, bool clean,
                                 base::Instant now) {
  shared_.trace.note(now, "gone", node.back() - std::uint64_t{'0'}, requeued, clean ? 1 : 0);
  shared_.invariants.gone(clean);
}

void VirtualMaster::on_plan(const std::string&, const protocol::Plan& whole, base::Instant now) {
  if (planned_) shared_.invariants.violated("a second plan");
  if (whole.files.size() != shared_.scenario.files.size())
    shared_.invariants.violated("the plan has " + std::to_string(whole.files.size()) + " files");
  shared_.trace.note(now, "plan", whole.files.size());
  planned_ = plan_wanted_ = true;
}

void VirtualMaster::on_report(const std::string&, const protocol::Body& body, base::Instant) {
  shared_.invariants.reported(body);
}

void VirtualMaster::on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                                    base::Instant now) {
  shared_.trace.note(now, "decided", node.back() - std::uint64_t{'0'}, end.item.value, end.attempt.value,
                     static_cast<std::uint64_t>(end.outcome) * 10 + static_cast<std::uint64_t>(decision));
  shared_.invariants.decided(end, decision);
}

}  // namespace dtest::simulation
