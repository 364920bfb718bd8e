// The part of a session that keeps its runners small: what they keep in memory, and what they print.
#include <utility>

#include "base/text.hpp"
#include "broker/session.hpp"

namespace dtest::broker {
namespace {

constexpr std::uint64_t kKilo = 1024;

bool is_above(std::uint64_t rss_kb, std::uint64_t limit) { return limit > 0 && rss_kb > limit / kKilo; }

}  // namespace

// Another process would be as large: to replace it after every file would only cost time.
void Session::weigh_fresh(const RunnerSlot& runner, base::Instant now) {
  if (!is_above(runner.fresh_kb(), options_.runner_memory) || std::exchange(told_fresh_, true)) return;
  report(protocol::Notice{base::runner_name(runner.slot()) + " keeps " +
                              base::show_bytes(runner.fresh_kb() * kKilo) +
                              " in memory before its first file, more than --runner-memory " +
                              base::show_bytes(options_.runner_memory) + ": such runners are not replaced", "warn"},
         true, now);
}

void Session::weigh(RunnerSlot& runner, const protocol::ItemEnd& end) {
  if (is_above(runner.fresh_kb(), options_.runner_memory)) return;
  if (is_above(end.rss_kb, options_.runner_memory)) runner.outgrown(end.rss_kb);
}

// When there is something for it to run, and not before: at the end of a run nobody needs another process.
void Session::replace(RunnerSlot& runner, base::Instant now, Actions& actions) {
  runner.replace(now);
  actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), protocol::Quit{}});
}

void Session::on_flood(base::Slot slot, base::Incarnation incarnation, std::uint64_t kept, base::Instant now,
                       Actions& actions) {
  std::string who = "the boot process";
  if (slot != base::kBootSlot) {
    RunnerSlot* runner = find(slot, incarnation);
    if (runner == nullptr || !runner->first_flood()) return;
    who = base::runner_name(slot);
    if (runner->item()) who += ", in " + runner->item()->path + ",";
  } else if (std::exchange(boot_.flooded, true)) {
    return;
  }
  report(protocol::Notice{who + " prints very much: only the last " + base::show_bytes(kept) + " of it are kept",
                          "warn"}, true, now);
  publish(now, actions);
}

// Nothing that is printed may keep verdicts waiting.
void Session::on_printed(base::Slot slot, std::string output, std::uint64_t left_out, base::Instant now,
                         Actions& actions) {
  if (state_ == State::closed || state_ == State::gone) return;
  std::uint64_t& unprinted = unprinted_[slot];
  unprinted += left_out;
  if (outbox_.half_full() || printed_ + output.size() > limits_.printed) {
    unprinted += output.size();
    return;
  }
  printed_ += output.size();
  report(protocol::Printed{slot, {std::move(output)}, std::exchange(unprinted, 0)}, false, now);
  publish(now, actions);
}

void Session::on_said(const std::string& text, base::Instant now, Actions& actions) {
  if (state_ == State::closed || state_ == State::gone || outbox_.half_full()) return;
  report(protocol::Notice{"dtestd: " + text, "debug"}, false, now);
  publish(now, actions);
}

// All that belongs to the session stood still for so long, and no limit runs meanwhile; what it measured itself ran on.
void Session::on_slept(base::Duration time) {
  boot_.slept += time;
  for (RunnerSlot& runner : runners_) runner.slept(time);
}

}  // namespace dtest::broker
