#include "account.hpp"

#include "collector/event_json.hpp"

namespace dtest::simulation {
namespace {

collector::Settings settings(const Scenario& scenario) {
  collector::Settings settings;
  settings.start.project = "project";
  settings.start.runners = scenario.runners;
  settings.retries = scenario.retries > 0;
  return settings;
}

}  // namespace

Account::Account(Shared& shared) : shared_(shared), collector_(settings(shared.scenario), {this}) {
  if (shared.scenario.verified) verifier_.emplace();
  collector_.set_time(shared_.now(), {1'700'000'000'000'000});
  collector_.begin(shared_.now());
}

void Account::announce(base::Instant now) {
  collector::Announcement plan;
  const std::vector<VirtualItem>& items = shared_.scenario.items;
  for (std::uint32_t i = 0; i < items.size(); ++i)
    plan.items.push_back({base::ItemId(i), {shared_.scenario.files[items[i].file].path, std::nullopt, true}});
  plan.runners = shared_.scenario.runners;
  collector_.announce_plan(std::move(plan), now);
}

void Account::set_clock() {
  shared_.saw(Fault::wall_clock_set);
  collector_.set_time(shared_.now(), {static_cast<std::int64_t>(shared_.random.below(4'000'000'000'000'000))});
}

void Account::over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                   base::Instant now) {
  if (decision == master::Decision::doubted) doubted_.insert(end.item.value);
  if (decision == master::Decision::accepted) accepting_.emplace(end.item.value, end.attempt.value);
  collector_.on_attempt_over(node, end, decision, now);
  accepting_.reset();
}

// Timings are learned from these events, unless something was not run: so each must be of an attempt that is accepted
// right now; or of a retry that came to nothing or never began, or of a doubted one: then what was before it stands. Of
// what ended its runner it is learned only that it takes longer.
void Account::check(const collector::FileEnd& file) {
  if (file.status == collector::Status::crashed || file.status == collector::Status::timed_out) return;
  const bool retry = file.item >= shared_.scenario.items.size() || closing_;
  if (!retry && !doubted_.contains(file.item) && file.counts.not_run == 0 &&
      accepting_ != std::pair(file.item, file.attempt))
    shared_.invariants.violated(Rule::timings_of_accepted,
                                "a file was told to have ended whose attempt is not accepted");
}

void Account::on_event(const collector::Envelope& envelope) {
  if (envelope.seq != ++seq_) shared_.invariants.violated(Rule::one_verdict, "an event's number has a gap");
  if (const auto* file = std::get_if<collector::FileEnd>(&envelope.event)) check(*file);
  const auto* line = std::get_if<collector::LogLine>(&envelope.event);
  if (line != nullptr && line->text.starts_with("audit: ")) shared_.invariants.violated(Rule::one_verdict, line->text);
  if (verifier_) verifier_->take(collector::to_json_line(envelope, {"simulated", std::string(32, '7')}));
}

void Account::finish(base::Instant now) {
  closing_ = true;
  const collector::RunEnd end = collector_.finish({}, now);
  shared_.invariants.totals(end.counts);
  if (!verifier_) return;
  verifier_->finish(false);
  if (!verifier_->holds())
    shared_.invariants.violated(Rule::one_verdict, "the event stream: " + verifier_->violations().kept().front().text);
}

}  // namespace dtest::simulation
