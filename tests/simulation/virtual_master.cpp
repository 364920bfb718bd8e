#include "virtual_master.hpp"

#include <utility>

namespace dtest::simulation {

VirtualMaster::VirtualMaster(Shared& shared, base::RunId run, protocol::SessionOptions options, Send send)
    : shared_(shared), send_(std::move(send)) {
  master::Limits limits;
  limits.crash_retries = shared_.scenario.crash_retries;
  if (shared_.planted == Planted::dead_too_early) limits.dead = limits.suspect = std::chrono::seconds(3);
  master_ = std::make_unique<master::Master>(run, std::move(options), limits, *this);
}

void VirtualMaster::add_node(const std::string& name) {
  step([&](master::Master& m, master::Actions& actions) { m.add_node(name, shared_.now(), actions); });
}

// Planted bugs of the master's ear.
void VirtualMaster::spoil(const std::string& node, protocol::Result& result) {
  Seen& seen = seen_[result.header.epoch];
  auto* reports = std::get_if<protocol::Reports>(&result.content);
  if (shared_.planted == Planted::credit_increments) {
    std::uint64_t rise = result.header.credit.value > seen.told ? result.header.credit.value - seen.told : 1;
    seen.told = std::max(seen.told, result.header.credit.value);
    seen.credit += rise;
    result.header.credit = base::JobNumber(seen.credit);
  } else if (shared_.planted == Planted::credit_ignored) {
    result.header.credit = base::JobNumber(result.header.credit.value + 3);
  } else if (shared_.planted == Planted::master_trusts_epochs) {
    protocol::NodeHeader& newest = newest_[node];
    if (result.header.number > newest.number) newest = result.header;
    result.header.number = newest.number;
    result.header.epoch = newest.epoch;
  } else if (reports != nullptr) {
    spoil_reports(seen, *reports);
  }
}

void VirtualMaster::spoil_reports(Seen& seen, protocol::Reports& reports) {
  const bool forward = shared_.planted == Planted::gaps_renumbered, back = shared_.planted == Planted::reports_again;
  const std::uint64_t next = seen.applied + 1;
  if ((forward && reports.first.value > next) || (back && reports.first.value < next))
    reports.first = base::ReportNumber(next);
  seen.applied = std::max(seen.applied, reports.first.value + reports.bodies.size() - 1);
  for (protocol::Body& body : reports.bodies) {
    auto* end = std::get_if<protocol::ItemEnd>(&body);
    if (end == nullptr) continue;
    if (shared_.planted == Planted::attempt_not_bumped) end->attempt = base::Attempt(1);
    if (shared_.planted == Planted::crash_counted && end->outcome == protocol::Outcome::crashed)
      end->outcome = protocol::Outcome::done;
    if (shared_.planted == Planted::returned_lost && end->outcome == protocol::Outcome::returned)
      body = protocol::Notice{"given back", "info"};
  }
}

void VirtualMaster::on_result(const std::string& node, protocol::Result result) {
  if (over_) return;
  if (stopped_) {
    backlog_.emplace_back(node, std::move(result));
    return;
  }
  spoil(node, result);
  shared_.trace.note(shared_.now(), "master hears", node_index(node), result.content.index(),
                     result.header.newest.value, result.header.credit.value);
  step([&](master::Master& m, master::Actions& actions) {
    m.on_result(node, std::move(result), shared_.now(), actions);
  });
}

void VirtualMaster::stop(base::Duration how_long) {
  if (over_ || stopped_) return;
  shared_.saw(Fault::dtest_stopped);
  stopped_ = true;
  shared_.time.after(how_long, [this] {
    stopped_ = false;
    shared_.trace.note(shared_.now(), "dtest goes on", backlog_.size());
    armed_ = base::kNever;
    // Whether its timers or its sockets come first is not said.
    if (shared_.random.chance(0.5) && !over_) wake();
    for (auto& [node, result] : std::exchange(backlog_, {})) on_result(node, std::move(result));
    if (!over_) wake();
  });
}

void VirtualMaster::on_node_lost(const std::string& node) {
  if (stopped_) {
    shared_.time.after(std::chrono::seconds(1), [this, node] { on_node_lost(node); });
    return;
  }
  step([&](master::Master& m, master::Actions& actions) {
    m.on_node_lost(node, "its daemon ended", shared_.now(), actions);
  });
}

void VirtualMaster::drain() {
  if (over_ || stopped_) return;
  shared_.saw(Fault::drain);
  shared_.invariants.cancelled();
  step([&](master::Master& m, master::Actions& actions) { m.drain(shared_.now(), actions); });
}

void VirtualMaster::kill() {
  if (over_ || stopped_) return;
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
    if (armed_ == next && !over_ && !stopped_) wake();
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
  shared_.trace.note(now, "joined", node_index(node));
}

void VirtualMaster::on_node_gone(const std::string& node, const std::string&, std::uint64_t requeued, bool clean,
                                 base::Instant now) {
  shared_.trace.note(now, "gone", node_index(node), requeued, clean ? 1 : 0);
  shared_.invariants.gone(clean);
}

void VirtualMaster::on_plan(const std::string&, const protocol::Plan& whole, base::Instant now) {
  if (planned_) shared_.invariants.violated("a second plan");
  if (whole.files.size() != shared_.scenario.files.size())
    shared_.invariants.violated("the plan has " + std::to_string(whole.files.size()) + " files");
  shared_.trace.note(now, "plan", whole.files.size());
  planned_ = plan_wanted_ = true;
}

void VirtualMaster::on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) {
  shared_.trace.note(now, "held", node_index(node), end.item.value, end.attempt.value);
  shared_.invariants.sick.held(end);
}

void VirtualMaster::on_finding(const master::Finding& found, base::Instant now) {
  static constexpr Fault kinds[] = {Fault::runner_rests, Fault::runner_cleared, Fault::runner_replaced,
                                    Fault::runner_stopped};
  shared_.saw(kinds[static_cast<std::size_t>(found.what)], node_index(found.node), found.slot.value);
  shared_.trace.note(now, "found", found.failed, found.tried, found.otherwise);
  if (std::string wrong = shared_.invariants.sick.found(found); !wrong.empty()) shared_.invariants.violated(wrong);
}

void VirtualMaster::on_report(const std::string& node, const protocol::Body& body, base::Instant now) {
  shared_.invariants.sick.heard(node, body, now);
  shared_.invariants.reported(body);
}

void VirtualMaster::on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                                    base::Instant now) {
  shared_.trace.note(now, "decided", node_index(node), end.item.value, end.attempt.value,
                     static_cast<std::uint64_t>(end.outcome) * 10 + static_cast<std::uint64_t>(decision));
  shared_.invariants.decided(end, decision);
}

}  // namespace dtest::simulation
