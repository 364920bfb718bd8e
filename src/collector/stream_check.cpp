#include "collector/stream_check.hpp"

#include <fmt/format.h>

namespace dtest::collector {
namespace {

// The same as the one before, or the first.
void check_same(const StoredEvent& event, const char* key, std::string& known) {
  std::string value = event.text(key);
  if (known.empty()) known = value;
  if (value.empty()) event.bad(fmt::format("'{}' is empty", key));
  else if (value != known) event.bad(fmt::format("'{}' is {}, and was {} before", key, value, known));
}

}  // namespace

void StreamCheck::check_names(const StoredEvent& event) {
  const std::string version = event.text("v");
  if (!version.starts_with("1."))
    event.bad(fmt::format("version {} of the stream is none that is known here", version));
  check_same(event, "stream", stream_);
  check_same(event, "run", run_);
  if (run_.size() != 32 || run_.find_first_not_of("0123456789abcdef") != std::string::npos)
    event.bad(fmt::format("'{}' is no run's name: 32 hexadecimal digits", run_));
}

void StreamCheck::check_number(const StoredEvent& event) {
  const std::uint64_t seq = event.number("seq");
  if (seq != seq_ + 1) event.bad(fmt::format("its number is {}, and {} was expected", seq, seq_ + 1));
  seq_ = seq;
  const std::uint64_t ts = event.number("ts");
  if (ts == 0) event.bad("its time of day (ts) is 0");
  // That the clock was set back is said by the event with which it is.
  else if (ts < ts_ && event.kind() != "log.line")
    event.bad(fmt::format("the time of day (ts) goes back from {} to {}, and no log.line says why", ts_, ts));
  ts_ = ts;
  const double elapsed = event.measure("elapsed");
  if (elapsed < elapsed_) event.bad(fmt::format("time goes back from {} s to {} s", elapsed_, elapsed));
  elapsed_ = elapsed;
}

void StreamCheck::check_order(const StoredEvent& event) {
  const bool start = event.kind() == "run.start", end = event.kind() == "run.end";
  if (events_ == 1 && !start) event.bad(fmt::format("the first event is {}, not run.start", event.kind()));
  if (events_ > 1 && start) event.bad("a second run.start");
  if (ended_) event.bad(fmt::format("{} comes after the end of the run", event.kind()));
  const bool last = event.flag_if_any("last");
  if (end && !last) event.bad("run.end does not bear 'last'");
  if (!end && last) event.bad(fmt::format("{} bears 'last'", event.kind()));
  ended_ = ended_ || end;
}

bool StreamCheck::take(const StoredEvent& event) {
  check_names(event);
  if (event.kind().starts_with("stream.")) {
    event.bad(fmt::format("{} belongs on the socket, not into a stored stream", event.kind()));
    return false;
  }
  ++events_;
  const bool over = ended_;
  check_number(event);
  check_order(event);
  return !over;
}

void StreamCheck::finish(Violations& violations) const {
  if (events_ == 0) violations.add(0, "there are no events");
  else if (!ended_) violations.add(0, "run.end is missing: the stream was cut off");
}

}  // namespace dtest::collector
