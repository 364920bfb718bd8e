#include "collector/event.hpp"

#include <array>

namespace dtest::collector {
namespace {

constexpr std::array<std::string_view, 7> kStatusNames{"passed",  "failed",    "pending", "error",
                                                       "crashed", "timed_out", "not_run"};

constexpr std::array<std::string_view, std::variant_size_v<Event>> kKindNames{
    "stream.hello", "stream.snapshot", "stream.beat",  "stream.bye",     "run.start",  "run.plan",   "run.progress",
    "run.cancel",   "run.kill",        "run.end",      "node.join",      "node.lost",  "node.leave", "node.status",
    "node.sync",    "node.setup",      "runner.start", "runner.ready",   "runner.crash", "runner.end",
    "runner.suspect",
    "file.queue",   "file.start",      "file.end",     "file.requeue",   "file.load_error", "file.changed",
    "test.start",   "test.end",        "test.retry",   "test.error",     "out.chunk",  "log.line"};

std::uint64_t& of(Counts& counts, Status s) {
  switch (s) {
    case Status::passed: return counts.passed;
    case Status::failed: return counts.failed;
    case Status::pending: return counts.pending;
    case Status::error: return counts.error;
    case Status::crashed: return counts.crashed;
    case Status::timed_out: return counts.timed_out;
    case Status::not_run: break;
  }
  return counts.not_run;
}

}  // namespace

std::string_view name(Status s) { return kStatusNames[static_cast<std::size_t>(s)]; }

std::optional<Status> status_from(std::string_view name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == name) return static_cast<Status>(i);
  }
  return std::nullopt;
}

void Counts::add(Status s) { ++of(*this, s); }

void Counts::remove(Status s) {
  std::uint64_t& n = of(*this, s);
  if (n > 0) --n;
}

std::string_view kind_name(const Event& event) { return kKindNames[event.index()]; }

}  // namespace dtest::collector
