// The part of the breaker that compares a runner with the others.
#include <algorithm>
#include <utility>

#include "master/breaker.hpp"

namespace dtest::master {
namespace {

// In all that a runner fails the same thing is to blame, or chance: two are enough to tell them apart.
constexpr std::size_t kProbes = 2;
constexpr std::uint32_t kMostDoublings = 10;
// One suspicious end is any red file; a row of them casts doubt on whatever else fails there.
constexpr std::uint64_t kRow = 2;

}  // namespace

std::uint64_t Breaker::threshold(const Runner& runner) const {
  return std::uint64_t{limits_.breaker} << std::min(runner.cleared, kMostDoublings);
}

// Not every slot has been heard of: some may still be on their way.
bool Breaker::unheard() const {
  return std::any_of(asked_.begin(), asked_.end(), [&](const auto& node) {
    auto known = std::count_if(runners_.begin(), runners_.end(),
                               [&](const auto& entry) { return entry.first.first == node.first; });
    return static_cast<std::uint64_t>(known) < node.second;
  });
}

bool Breaker::any_other(const Name& suspect) const {
  return std::any_of(runners_.begin(), runners_.end(),
                     [&](const auto& entry) { return entry.first != suspect && works(entry.second); });
}

bool Breaker::any_fit(const Name& suspect) const {
  const base::Instant since = runners_.at(suspect).since;
  return std::any_of(runners_.begin(), runners_.end(), [&](const auto& entry) {
    return entry.first != suspect && is_fit(entry.second, since);
  });
}

// One that has not failed lately either: what it is at will tell.
bool Breaker::any_hope(const Name& suspect) const {
  return unheard() || std::any_of(runners_.begin(), runners_.end(), [&](const auto& entry) {
    const Runner& other = entry.second;
    bool fails = other.count > 0 || (other.item && other.bad > 0 && other.good == 0);
    return entry.first != suspect && works(other) && !fails;
  });
}

Breaker::Rulings Breaker::take(base::Instant now) {
  for (const Name& name : std::set<Name>(alert_)) advance(name, runners_.at(name), now);
  return std::exchange(rulings_, {});
}

Breaker::Rulings Breaker::give_up() {
  for (auto& [name, runner] : runners_) {
    stand(runner);
    if (rests(runner)) rulings_.nodes.insert(name.first);
    if (runner.state != State::stopped) close(name, runner);
  }
  return std::exchange(rulings_, {});
}

void Breaker::advance(const Name& name, Runner& runner, base::Instant now) {
  if (runner.state == State::closed || runner.state == State::waiting) {
    compare(name, runner, now);
  } else if (runner.open == 0) {
    weigh(name, runner);
  } else if (any_other(name)) {
    runner.until = now + limits_.patience;
  } else if (now >= runner.until) {
    clear(name, runner);
  }
}

void Breaker::compare(const Name& name, Runner& runner, base::Instant now) {
  const bool fit = any_fit(name);
  if (runner.state == State::closed) {
    if (!fit && !any_hope(name)) return;
    runner.state = State::waiting;
    runner.until = now + limits_.patience;
    rulings_.nodes.insert(name.first);
    tell(name, runner, Finding::What::rests);
  }
  if (fit) {
    runner.state = State::probing;
    runner.until = now + limits_.patience;
    probe(name, runner, kProbes);
  } else if (now >= runner.until || !any_hope(name)) {
    clear(name, runner);
  }
}

// What was tried elsewhere has had its end there.
void Breaker::weigh(const Name& name, Runner& runner) {
  if (runner.otherwise == 0) {
    clear(name, runner);
  } else if (runner.state == State::probing && !runner.row.empty()) {
    runner.state = State::trying;
    probe(name, runner, runner.row.size());
  } else {
    conclude(name, runner);
  }
}

// The newest first: the oldest may have failed before the trouble began.
void Breaker::probe(const Name& name, Runner& runner, std::size_t most) {
  for (; most > 0 && !runner.row.empty(); --most) {
    Held held = std::move(runner.row.back());
    runner.row.pop_back();
    try_elsewhere(name, runner, std::move(held), true);
  }
}

void Breaker::try_elsewhere(const Name& name, Runner& runner, Held held, bool counts) {
  rulings_.again.push_back(held.item);
  trials_[held.item] = {name, runner.since, std::move(held.type), counts};
  if (counts) ++runner.open;
}

void Breaker::conclude(const Name& name, Runner& runner) {
  if (runner.otherwise <= runner.shared) {
    clear(name, runner);
    return;
  }
  const bool again = runner.renewed == 0;
  tell(name, runner, again ? Finding::What::replaced : Finding::What::stopped);
  probe(name, runner, runner.row.size());  // what it failed meanwhile
  close(name, runner);
  runner.cleared = 0;
  runner.old = runner.incarnation;
  runner.up = false;
  ++runner.renewed;
  if (!again) runner.state = State::stopped;
  rulings_.nodes.insert(name.first);
}

void Breaker::clear(const Name& name, Runner& runner) {
  tell(name, runner, Finding::What::cleared);
  ++runner.cleared;
  stand(runner);
  close(name, runner);
  rulings_.nodes.insert(name.first);
}

void Breaker::close(const Name& name, Runner& runner) {
  alert_.erase(name);
  if (runner.open > 0 || rests(runner))
    for (auto& [item, trial] : trials_)
      if (trial.suspect == name) trial.counts = false;
  if (runner.state != State::stopped) runner.state = State::closed;
  runner.row.clear();
  runner.count = runner.open = runner.shared = runner.otherwise = runner.fine = 0;
  runner.error.reset();
  runner.until = base::kNever;
}

void Breaker::stand(Runner& runner) {
  for (const Held& held : runner.row) rulings_.stand.push_back(held.item);
  runner.row.clear();
}

void Breaker::tell(const Name& name, const Runner& runner, Finding::What what) {
  rulings_.findings.push_back({what, name.first, name.second, runner.incarnation, runner.count,
                               runner.shared + runner.otherwise, runner.otherwise, runner.fine, runner.first_item,
                               runner.before, runner.error, false});
}

bool Breaker::is_steady(const Runner& runner) { return works(runner) && runner.count < kRow; }

// Less than 0: not at all. That it is steady counts for more than that it has shown that it is well.
int Breaker::fitness(const Runner& runner, base::Instant since) {
  if (!works(runner)) return -1;
  return (is_steady(runner) ? 2 : 0) + (is_fit(runner, since) ? 1 : 0);
}

// The fittest there are, wherever they are; the suspect itself once nobody else works and nobody doubts it.
std::vector<base::Slot> Breaker::fit(const std::string& node, base::ItemId item) const {
  const Trial& trial = trials_.at(item);
  int best = -1;
  for (const auto& [name, runner] : runners_)
    if (name != trial.suspect) best = std::max(best, fitness(runner, trial.since));
  std::vector<base::Slot> slots;
  for (auto at = runners_.lower_bound({node, base::Slot(0)}); at != runners_.end() && at->first.first == node; ++at) {
    const auto& [name, runner] = *at;
    bool may = name == trial.suspect ? best < 0 : fitness(runner, trial.since) == best;
    if (may && works(runner)) slots.push_back(name.second);
  }
  return slots;
}

std::vector<base::Slot> Breaker::steady(const std::string& node) const {
  std::vector<base::Slot> slots;
  bool all = true;
  for (auto at = runners_.lower_bound({node, base::Slot(0)}); at != runners_.end() && at->first.first == node; ++at) {
    if (is_steady(at->second)) slots.push_back(at->first.second);
    else if (works(at->second)) all = false;
  }
  return all ? std::vector<base::Slot>{} : slots;
}

bool Breaker::is_shaky(const std::string& node) const {
  bool shaky = false;
  for (auto at = runners_.lower_bound({node, base::Slot(0)}); at != runners_.end() && at->first.first == node; ++at) {
    if (is_steady(at->second)) return false;
    shaky = shaky || at->second.count >= kRow;
  }
  return shaky;
}

std::vector<protocol::SlotOrder> Breaker::orders(const std::string& node) const {
  std::vector<protocol::SlotOrder> orders;
  for (auto at = runners_.lower_bound({node, base::Slot(0)}); at != runners_.end() && at->first.first == node; ++at) {
    const auto& [name, runner] = *at;
    if (runner.state == State::stopped) orders.push_back({name.second, runner.old, protocol::kStop});
    else if (rests(runner)) orders.push_back({name.second, runner.incarnation, protocol::kRest});
    else if (runner.renewed > 0) orders.push_back({name.second, runner.old, protocol::kRenew});
  }
  return orders;
}

bool Breaker::is_spent(const std::string& node) const {
  bool stopped = false;
  std::uint32_t known = 0;
  for (auto at = runners_.lower_bound({node, base::Slot(0)}); at != runners_.end() && at->first.first == node; ++at) {
    ++known;
    stopped = stopped || at->second.state == State::stopped;
    if (at->second.state != State::stopped && at->second.was_up) return false;
  }
  auto asked = asked_.find(node);
  return stopped && asked != asked_.end() && known >= asked->second;
}

base::Instant Breaker::next_deadline() const {
  base::Instant next = base::kNever;
  for (const Name& name : alert_) next = std::min(next, runners_.at(name).until);
  return next;
}

}  // namespace dtest::master
