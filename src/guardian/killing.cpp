#include "guardian/killing.hpp"

#include <algorithm>
#include <csignal>

namespace dtest::guardian {

namespace {

constexpr base::Duration kFirstPause{1'000}, kLastPause{100'000};

}  // namespace

void Killing::hasten(base::Instant now, base::Duration grace) {
  deadline_ = std::min(deadline_, now + grace);
  next_ = now;
}

void Killing::step(base::Instant now, const std::vector<system::Process>& targets, std::vector<Signal>& out) {
  const bool kill = now >= deadline_;
  bool anyone_new = false;
  for (const system::Process& p : targets) {
    const bool fresh = kill ? killed_.insert(key(p)).second : termed_.emplace(key(p), p.name).second;
    anyone_new = anyone_new || fresh;
    if (kill) {
      out.push_back({p, SIGKILL});
    } else if (fresh) {
      out.push_back({p, SIGTERM});
      out.push_back({p, SIGCONT});  // a stopped process hears TERM only when it goes on
    }
  }
  pause_ = anyone_new ? kFirstPause : std::min(pause_ * 2, kLastPause);
  next_ = now + std::max(pause_, kFirstPause);
  if (!kill) next_ = std::min(next_, deadline_);
}

}  // namespace dtest::guardian
