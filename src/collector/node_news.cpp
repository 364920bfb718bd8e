#include "collector/node_news.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dtest::collector {
namespace {

const char* word(master::Finding::What what) {
  using What = master::Finding::What;
  switch (what) {
    case What::rests: return "rests";
    case What::cleared: return "cleared";
    case What::replaced: return "replaced";
    case What::stopped: break;
  }
  return "stopped";
}

// `before`: the file that its process ran just before them; it may have left something behind.
std::string who(const master::Finding& found, const std::string& before) {
  return fmt::format("runner {} on {} {} {} in a row{}", found.slot.value, found.node,
                     found.ended ? "ended in" : "failed", base::plural(found.failed, "file"), before.empty() ? "" : " (after " + before + ")");
}

// What passed elsewhere, if it did. What it failed since the others were asked has not been tried yet.
std::string elsewhere(const master::Finding& found) {
  if (found.passed < found.tried)
    return fmt::format("; of {} tried elsewhere {} passed, or failed otherwise", found.tried, found.otherwise);
  if (found.tried >= found.failed) return " that passed elsewhere";
  return fmt::format("; the {} of them that were tried elsewhere passed", found.tried);
}

std::string sentence(const master::Finding& found, const std::string& before) {
  using What = master::Finding::What;
  const std::string name = who(found, before);
  switch (found.what) {
    case What::rests: return name + ": it rests until it is known whether they fail elsewhere, too";
    case What::cleared:
      return name + (found.tried > 0 ? ", and elsewhere they fail, too: it goes on"
                                     : ", and no other runner could tell why: it goes on");
    case What::replaced: return name + elsewhere(found) + ": its process is replaced";
    case What::stopped: break;
  }
  return name + elsewhere(found) + ": stopped; its files ran on other runners";
}

}  // namespace

void NodeNews::joined(const std::string& node, base::Instant now) {
  desk_.roster.node_joined(node, now);
  desk_.meter.node_joined(node, now);
  desk_.files_ended[node] = 0;
  NodeJoin event;
  auto known = known_.find(node);
  if (known != known_.end()) event = known->second;
  event.name = node;
  desk_.stream.tell(std::move(event), now);
}

void NodeNews::gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant now) {
  desk_.meter.node_gone(node, now);
  desk_.roster.node_gone(node);
  if (clean) {
    desk_.stream.tell(NodeLeave{node, reason, desk_.files_ended[node], requeued}, now);
  } else {
    desk_.stream.tell(NodeLost{node, reason, requeued}, now);
  }
}

void NodeNews::booting(const std::string& node, const protocol::Booting& body, base::Instant now) {
  const Place place{node, base::kBootSlot.value};
  const std::uint32_t incarnation = ++desk_.roster.runner(place, now).incarnation;
  desk_.stream.tell(RunnerStart{place, incarnation, body.pid}, now);
}

void NodeNews::booted(const std::string& node, const protocol::Booted& body, base::Instant now) {
  const Place place{node, base::kBootSlot.value};
  RunnerRecord& boot = desk_.roster.runner(place, now);
  boot.since = now;
  desk_.stream.tell(RunnerReady{place, boot.incarnation, base::seconds(body.took)}, now);
}

void NodeNews::set_up(const std::string& node, const protocol::Setup& body, base::Instant now) {
  NodeSetup event{{node, body.slot.value}, body.hook, body.file, body.phase, body.ok, body.how,
                  base::seconds(body.took), output_of(body.output)};
  if (body.phase == "start") {
    desk_.meter.hook_began(node, now);
  } else {
    desk_.meter.hook_ended(node, now);
    if (!body.ok && body.slot.value > 0) ++runners_lost_;
  }
  desk_.stream.tell(std::move(event), now);
}

void NodeNews::boot_failed(const std::string& node, const protocol::BootFailed& body, base::Instant now) {
  // The event of the failure has the rest.
  if (!boot_failure_) boot_failure_ = Obstacle{body.code, body.why.substr(0, body.why.find('\n'))};
  RunnerCrash event;
  event.place = {node, base::kBootSlot.value};
  event.incarnation = desk_.roster.runner(event.place, now).incarnation;
  event.how = body.why;
  event.output = output_of(body.output);
  desk_.stream.tell(std::move(event), now);
}

void NodeNews::runner_up(const std::string& node, const protocol::RunnerUp& body, base::Instant now) {
  const Place place{node, body.slot.value};
  any_ready_ = true;
  const base::Instant booted = desk_.roster.runner({node, base::kBootSlot.value}, now).since;
  RunnerRecord& runner = desk_.roster.runner(place, now);
  if (runner.incarnation == 0) runner.since = booted;
  const double boot_secs = base::seconds(now - runner.since);
  runner.incarnation = body.incarnation.value;
  runner.position = 0;
  runner.path.clear();
  runner.last_test.clear();
  desk_.meter.runner_ready(place, now);
  desk_.stream.tell(RunnerStart{place, runner.incarnation, body.pid}, now);
  desk_.stream.tell(RunnerReady{place, runner.incarnation, boot_secs}, now);
}

void NodeNews::runner_exit(const std::string& node, const protocol::RunnerExit& body, base::Instant now) {
  const Place place{node, body.slot.value};
  RunnerRecord& runner = desk_.roster.runner(place, now);
  desk_.meter.runner_down(place, now);
  runner.since = now;
  if (body.why == "crashed" || body.why == "timed_out") {
    const std::string how = body.why == "timed_out" ? "timed out" : body.how;
    desk_.stream.tell(RunnerCrash{place, body.incarnation.value, body.pid, how, runner.path, runner.last_test,
                                  output_of(body.output)}, now);
  } else {
    const std::string reason = body.why == "memory" ? body.why : std::string();
    desk_.stream.tell(RunnerEnd{place, body.incarnation.value, body.how, reason, body.rss_kb}, now);
  }
}

void NodeNews::found(const master::Finding& finding, base::Instant now) {
  const auto path = [&](base::ItemId item) { return desk_.ledger.knows(item) ? desk_.ledger.path(item) : ""; };
  const std::string before = finding.before ? path(*finding.before) : "";
  RunnerSuspect event{{finding.node, finding.slot.value}, finding.incarnation.value, word(finding.what),
                      finding.failed, finding.tried, finding.otherwise, path(finding.item), {},
                      sentence(finding, before)};
  if (finding.error) event.exception = *finding.error;
  using What = master::Finding::What;
  const Suspect name{finding.node, finding.slot.value};
  if (finding.what == What::replaced && replaced_.empty()) first_replaced_ = event.text;
  if (finding.what == What::stopped && stopped_.empty()) first_stopped_ = event.text;
  if (finding.what == What::replaced) replaced_.insert(name);
  if (finding.what == What::stopped) stopped_.insert(name);
  desk_.stream.tell(std::move(event), now);
}

// One that was stopped had its process replaced before.
std::string NodeNews::stopped() const {
  std::string text = stopped_.empty() ? first_replaced_ : first_stopped_;
  auto replaced = static_cast<std::uint64_t>(std::count_if(
      replaced_.begin(), replaced_.end(), [&](const Suspect& name) { return !stopped_.contains(name); }));
  if (stopped_.empty() && replaced > 0) --replaced;
  if (const std::uint64_t more = stopped_.size(); more > 1)
    text += fmt::format("; {} stopped", base::plural(more - 1, "other runner") + (more > 2 ? " were" : " was"));
  if (replaced > 0) text += fmt::format("; {} got a new process", base::plural(replaced, "other runner"));
  return text;
}

}  // namespace dtest::collector
