// The part of the breaker for a runner that ends again and again: such ends are tried elsewhere anyhow, so nothing is
// held, and each is a new process, so none is replaced.
#include <algorithm>

#include "master/breaker.hpp"

namespace dtest::master {

using protocol::Outcome;

namespace {

constexpr std::uint64_t kLeast = 2;  // ends elsewhere: one may be chance

}  // namespace

void Breaker::take_crash(const Name& name, Runner& runner, const protocol::ItemEnd& end, bool final) {
  const bool crashed = end.outcome == Outcome::crashed;
  if (end.outcome == Outcome::stopped || end.outcome == Outcome::returned) return;
  if (auto before = crashed_.find(end.item); before != crashed_.end() && before->second != name) {
    const Name suspect = before->second;
    crashed_.erase(before);
    Runner& other = runners_[suspect];
    const bool bad = crashed || end.outcome == Outcome::timed_out;
    ++(bad ? other.crashes.shared : other.crashes.otherwise);
    if (runner.good > 0 && runner.bad == 0 && !bad) ++other.crashes.fine;
    weigh_crashes(suspect, other);
  }
  if (!crashed && runner.good > 0) forget_crashes(name, runner);
  if (!crashed || runner.good > 0 || end.took > limits_.quick) return;
  Crashes& row = runner.crashes;
  if (row.count++ == 0) row.since = runner.began, row.first_item = end.item, row.before = runner.previous;
  if (final) crashed_.erase(end.item);
  else crashed_[end.item] = name;
  weigh_crashes(name, runner);
}

void Breaker::forget_crashes(const Name& name, Runner& runner) {
  if (runner.crashes.count == 0) return;
  runner.crashes = {};
  std::erase_if(crashed_, [&](const auto& entry) { return entry.second == name; });
}

void Breaker::weigh_crashes(const Name& name, Runner& runner) {
  const Crashes& row = runner.crashes;
  if (runner.state == State::stopped || row.count < limits_.breaker) return;
  if (row.otherwise < kLeast || row.otherwise <= row.shared) return;
  const bool fit = std::any_of(runners_.begin(), runners_.end(), [&](const auto& entry) {
    return entry.first != name && is_fit(entry.second, row.since);
  });
  if (!fit) return;
  rulings_.findings.push_back({Finding::What::stopped, name.first, name.second, runner.incarnation, row.count,
                               row.shared + row.otherwise, row.otherwise, row.fine, row.first_item, row.before,
                               std::nullopt, true});
  probe(name, runner, runner.row.size());  // what else it failed
  close(name, runner);
  forget_crashes(name, runner);
  runner.old = runner.incarnation;
  runner.up = false;
  runner.state = State::stopped;
  rulings_.nodes.insert(name.first);
}

std::vector<base::Slot> Breaker::besides(const std::string& node, base::ItemId item) const {
  std::vector<base::Slot> slots;
  const auto crashed = crashed_.find(item);
  if (crashed == crashed_.end() || crashed->second.first != node) return slots;
  for (auto at = runners_.lower_bound({node, base::Slot(0)}); at != runners_.end() && at->first.first == node; ++at)
    if (at->first != crashed->second && works(at->second)) slots.push_back(at->first.second);
  return slots;
}

}  // namespace dtest::master
