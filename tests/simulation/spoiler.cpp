#include "spoiler.hpp"

#include <algorithm>

#include "protocol/codec.hpp"

namespace dtest::simulation {

using protocol::Outcome;

void MasterSpoiler::hears(const std::string& node, protocol::Result& result) {
  if (shared_.planted == Planted::none) return;
  Seen& seen = seen_[result.header.epoch];
  raise_credit(seen, result.header);
  trust(node, result);
  auto* reports = std::get_if<protocol::Reports>(&result.content);
  if (reports == nullptr) return;
  renumber(seen, *reports);
  for (protocol::Body& body : reports->bodies) change(body);
}

void MasterSpoiler::raise_credit(Seen& seen, protocol::NodeHeader& header) const {
  if (shared_.planted == Planted::credit_increments) {
    const std::uint64_t rise = header.credit.value > seen.told ? header.credit.value - seen.told : 1;
    seen.told = std::max(seen.told, header.credit.value);
    seen.credit += rise;
    header.credit = base::JobNumber(seen.credit);
  } else if (shared_.planted == Planted::credit_ignored) {
    header.credit = base::JobNumber(header.credit.value + 3);
  }
}

void MasterSpoiler::trust(const std::string& node, protocol::Result& result) {
  const bool denied = std::holds_alternative<protocol::NoSession>(result.content);
  protocol::NodeHeader& newest = newest_[node];
  if (result.header.number > newest.number) newest = result.header;
  const bool trusts =
      shared_.planted == Planted::master_trusts_epochs || (shared_.planted == Planted::any_nosession && denied);
  if (!trusts) return;
  result.header.number = newest.number;
  result.header.epoch = newest.epoch;
}

void MasterSpoiler::renumber(Seen& seen, protocol::Reports& reports) const {
  const bool forward = shared_.planted == Planted::gaps_renumbered, back = shared_.planted == Planted::reports_again;
  const std::uint64_t next = seen.applied + 1;
  if ((forward && reports.first.value > next) || (back && reports.first.value < next))
    reports.first = base::ReportNumber(next);
  seen.applied = std::max(seen.applied, reports.first.value + reports.bodies.size() - 1);
  if (shared_.planted == Planted::reports_reordered) std::reverse(reports.bodies.begin(), reports.bodies.end());
}

void MasterSpoiler::change(protocol::Body& body) {
  const Planted planted = shared_.planted;
  if (planted == Planted::list_lost && std::holds_alternative<protocol::ExampleList>(body))
    body = protocol::Notice{"a list", "info"};
  auto* end = std::get_if<protocol::ItemEnd>(&body);
  if (end == nullptr) return;
  const bool counted = (planted == Planted::crash_counted && end->outcome == Outcome::crashed) ||
                       (planted == Planted::hang_counted && end->outcome == Outcome::timed_out) ||
                       (planted == Planted::cut_off_counted && end->outcome == Outcome::stopped) ||
                       (planted == Planted::given_back_counted && end->outcome == Outcome::returned);
  const bool lost = (planted == Planted::returned_lost && end->outcome == Outcome::returned) ||
                    (planted == Planted::end_lost && shared_.random.chance(0.01));
  if (planted == Planted::attempt_not_bumped) end->attempt = base::Attempt(1);
  if (planted == Planted::running_unnamed) end->running.reset();
  if (counted) end->outcome = Outcome::done;
  if (lost) body = protocol::Notice{"an end", "info"};
}

void NodeSpoiler::published(const std::string& frame) {
  if (shared_.planted == Planted::none) return;
  const protocol::NodeHeader header = protocol::decode_result(frame).message->header;
  if (header.beat.value > 0) newest_ = header;
}

void NodeSpoiler::hears(const broker::Session* session, protocol::Work& work) {
  if (shared_.planted == Planted::none) return;
  if (auto* ping = std::get_if<protocol::Ping>(&work)) {
    if (shared_.planted == Planted::acks_dropped) ping->ack = base::ReportNumber(0);
    if (shared_.planted == Planted::acks_on_receipt && ping->epoch == newest_.epoch) ping->ack = newest_.newest;
    if (shared_.planted == Planted::lease_on_receipt) ping->beat = newest_.beat;
  }
  auto* orders = std::get_if<protocol::SlotOrders>(&work);
  if (orders != nullptr && shared_.planted == Planted::orders_dropped) orders->orders.clear();
  if (auto* item = std::get_if<protocol::ItemWork>(&work)) {
    if (shared_.planted == Planted::named_slots_dropped) item->only.clear();
    renumber(*item);
  }
  if (shared_.planted != Planted::node_trusts_epochs || session == nullptr) return;
  std::visit(
      [&](auto& m) {
        if constexpr (requires { m.epoch; }) m.epoch = session->epoch();
      },
      work);
}

void NodeSpoiler::renumber(protocol::ItemWork& item) {
  std::uint64_t& last = jobs_[item.epoch];
  const bool again = shared_.planted == Planted::jobs_again && item.job.value <= last;
  const bool across = shared_.planted == Planted::jobs_across_gap && item.job.value > last + 1;
  if (again || across) item.job = base::JobNumber(last + 1);
  last = std::max(last, item.job.value);
}

void NodeSpoiler::hears(protocol::LocalReport& report) {
  if (shared_.planted == Planted::words_unnumbered) report.number = ++words_[{report.slot, report.incarnation}];
  if (shared_.planted != Planted::databases_unclaimed) return;
  if (auto* ready = std::get_if<protocol::Ready>(&report.body)) ready->databases.clear();
}

}  // namespace dtest::simulation
