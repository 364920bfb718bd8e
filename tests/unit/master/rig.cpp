#include "rig.hpp"

#include <gtest/gtest.h>

namespace dtest::master {
namespace {

protocol::SessionOptions options() {
  protocol::SessionOptions o;
  o.project = "/p";
  return o;
}

}  // namespace

Rig::Rig(Limits limits) : master(run, options(), limits, *this) {}

void Rig::step(const Actions& actions) {
  for (const Send& action : actions) {
    auto work = protocol::decode_work(action.frame);
    ASSERT_TRUE(work) << work.why;
    sent.emplace_back(action.node, *work.message);
  }
}

void Rig::add(const std::string& node) {
  Actions actions;
  master.add_node(node, now, actions);
  step(actions);
}

void Rig::result(const std::string& node, const protocol::Result& result) {
  Actions actions;
  master.on_result(node, result, now, actions);
  step(actions);
}

void Rig::join(const std::string& node, std::uint64_t credit) {
  protocol::NodeHeader& header = sides[node].header;
  header = {said<protocol::Hello>(node).back().number,
            base::Epoch(++next_epoch_),
            base::BeatNumber(0),
            base::JobNumber(0),
            base::JobNumber(credit),
            base::ReportNumber(0)};
  beat(node);
}

void Rig::beat(const std::string& node, std::uint64_t credit) {
  protocol::NodeHeader& header = sides[node].header;
  header.beat = header.beat.next();
  header.credit = std::max(header.credit, base::JobNumber(credit));
  result(node, {header, protocol::Beat{}});
}

void Rig::report(const std::string& node, std::vector<protocol::Body> bodies) {
  protocol::NodeHeader& header = sides[node].header;
  base::ReportNumber first = header.newest.next();
  header.newest.value += bodies.size();
  result(node, {header, protocol::Reports{first, std::move(bodies)}});
}

void Rig::end(const std::string& node, std::uint32_t item, std::uint32_t attempt, protocol::Outcome outcome) {
  protocol::ItemEnd over;
  over.item = base::ItemId(item);
  over.attempt = base::Attempt(attempt);
  over.outcome = outcome;
  sides[node].header.credit = sides[node].header.credit.next();
  report(node, {over});
}

void Rig::nosession(const std::string& node) {
  protocol::Result no;
  no.header.epoch = sides[node].header.epoch;
  no.content = protocol::NoSession{};
  result(node, no);
}

void Rig::plan(std::size_t items) {
  std::vector<PlannedItem> all;
  for (std::size_t i = 0; i < items; ++i) all.push_back({"f" + std::to_string(i), std::nullopt, std::nullopt});
  plan(std::move(all));
}

void Rig::plan(std::vector<PlannedItem> items) {
  Actions actions;
  master.plan(std::move(items), now, actions);
  step(actions);
}

void Rig::pass(base::Duration time) {
  base::Instant end = now + time;
  for (int turns = 0; master.next_deadline() <= end; ++turns) {
    ASSERT_LT(turns, 100'000) << "the loop would spin";
    now = std::max(now, master.next_deadline());
    Actions actions;
    master.tick(now, actions);
    step(actions);
  }
  now = end;
}

void Rig::lost(const std::string& node) {
  Actions actions;
  master.on_node_lost(node, "ended", now, actions);
  step(actions);
}

void Rig::drain() {
  Actions actions;
  master.drain(now, actions);
  step(actions);
}

void Rig::kill() {
  Actions actions;
  master.kill(now, actions);
  step(actions);
}

void Rig::on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                      base::Instant) {
  why_gone = reason;
  told.push_back("gone " + node + " " + std::to_string(requeued) + (clean ? " clean" : ""));
}

void Rig::on_plan(const std::string& node, const protocol::Plan& whole, base::Instant) {
  told.push_back("plan " + node + " " + std::to_string(whole.files.size()));
}

void Rig::on_report(const std::string& node, const protocol::Body& body, base::Instant) {
  told.push_back("report " + node + " " + std::to_string(body.index()));
}

std::vector<std::string> Rig::to_retry(const protocol::ItemEnd& end) { return bad[end.item.value]; }

void Rig::on_retry(const protocol::ItemEnd& end, const Retry& retry) {
  told.push_back(std::to_string(end.item.value) + " is retried as " + std::to_string(retry.next.value) + ", " +
                 std::to_string(retry.number) + " of " + std::to_string(retry.most));
}

void Rig::on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant) {
  told.push_back(node + " " + std::to_string(end.item.value) + "." + std::to_string(end.attempt.value) + " held");
}

void Rig::on_finding(const Finding& found, base::Instant) {
  findings.push_back(found);
  static const char* words[] = {"rests", "cleared", "replaced", "stopped"};
  told.push_back("found: runner " + std::to_string(found.slot.value) + " " + words[static_cast<int>(found.what)] +
                 ", " + std::to_string(found.failed) + " failed, " + std::to_string(found.otherwise) + " of " +
                 std::to_string(found.tried));
}

void Rig::on_attempt_over(const std::string& node, const protocol::ItemEnd& end, Decision decision, base::Instant) {
  static const char* words[] = {"accepted", "doubted", "repeated", "abandoned"};
  told.push_back(node + " " + std::to_string(end.item.value) + "." + std::to_string(end.attempt.value) + " " +
                 std::string(name(end.outcome)) + " " + words[static_cast<int>(decision)]);
}

}  // namespace dtest::master
