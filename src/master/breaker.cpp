#include "master/breaker.hpp"

#include <algorithm>
#include <utility>

namespace dtest::master {

using protocol::Outcome;

namespace {

std::string type_of(const std::optional<protocol::Exception>& exception) { return exception ? exception->type : ""; }

}  // namespace

void Breaker::joined(const std::string& node, std::uint32_t runners) { asked_[node] = runners; }

void Breaker::gone(const std::string& node) {
  for (auto& [name, runner] : runners_) {
    if (name.first != node) continue;
    stand(runner);
    close(name, runner);
  }
  std::erase_if(runners_, [&](const auto& entry) { return entry.first.first == node; });
  std::erase_if(open_, [&](const auto& entry) { return entry.second.first == node; });
  std::erase_if(crashed_, [&](const auto& entry) { return entry.second.first == node; });
  asked_.erase(node);
}

void Breaker::up(const Name& name, base::Incarnation incarnation) {
  down(name);
  Runner& runner = runners_[name];
  runner.incarnation = incarnation;
  runner.up = runner.was_up = true;
  runner.last.reset();
}

void Breaker::down(const Name& name) {
  Runner& runner = runners_[name];
  runner.up = false;
  if (runner.item) open_.erase(*runner.item);
  runner.item.reset();
}

void Breaker::start(const Name& name, base::ItemId item, base::Instant now) {
  Runner& runner = runners_[name];
  if (runner.item) open_.erase(*runner.item);
  runner.item = item;
  runner.previous = std::exchange(runner.last, item);
  runner.began = now;
  runner.good = runner.bad = 0;
  runner.outside = false;
  runner.first.reset();
  open_[item] = name;
}

void Breaker::on_example(Runner& runner, const protocol::Example& example, base::Instant now) {
  if (example.status == "pending") return;
  if (example.status == "passed") {
    ++runner.good;
    runner.passed = now;
  } else if (++runner.bad == 1 && !example.exceptions.empty()) {
    runner.first = example.exceptions.front();
  }
}

Breaker::Runner* Breaker::who_has(base::ItemId item) {
  auto at = open_.find(item);
  return at == open_.end() ? nullptr : &runners_[at->second];
}

void Breaker::heard(const std::string& node, const protocol::Body& body, base::Instant now) {
  if (const auto* ready = std::get_if<protocol::RunnerUp>(&body)) {
    up({node, ready->slot}, ready->incarnation);
  } else if (const auto* exit = std::get_if<protocol::RunnerExit>(&body)) {
    down({node, exit->slot});
  } else if (const auto* hook = std::get_if<protocol::Setup>(&body)) {
    if (hook->phase == "end" && !hook->ok && hook->slot != base::kBootSlot) down({node, hook->slot});
  } else if (const auto* begun = std::get_if<protocol::ItemStart>(&body)) {
    start({node, begun->slot}, begun->item, now);
  } else if (const auto* example = std::get_if<protocol::Example>(&body)) {
    if (Runner* runner = who_has(example->item)) on_example(*runner, *example, now);
  } else if (const auto* error = std::get_if<protocol::OutsideError>(&body)) {
    if (Runner* runner = error->item ? who_has(*error->item) : nullptr) runner->outside = true;
  }
}

bool Breaker::is_suspicious(const Runner& runner, const protocol::ItemEnd& end) const {
  bool all_bad = end.outcome == Outcome::done && runner.bad > 0;
  return (all_bad || end.outcome == Outcome::load_error) && runner.good == 0 && !runner.outside &&
         end.took <= limits_.quick;
}

bool Breaker::ended(const std::string& node, const protocol::ItemEnd& end, bool final, base::Instant /*now*/) {
  auto at = open_.find(end.item);
  if (limits_.breaker == 0 || at == open_.end() || at->second.first != node) return false;
  const Name name = at->second;
  Runner& runner = runners_[name];
  open_.erase(at);
  runner.item.reset();
  take_crash(name, runner, end, final);
  auto trial = trials_.find(end.item);
  bool tried = trial != trials_.end();
  if (tried && final) {
    end_trial(trial->second, runner, end);
    trials_.erase(trial);
  }
  if (runner.good > 0) {
    if (rests(runner)) {
      clear(name, runner);
    } else {
      stand(runner);
      close(name, runner);
    }
    return false;
  }
  if (tried || !final || !is_suspicious(runner, end)) return false;
  if (is_done_with(runner)) {
    try_elsewhere(name, runner, {end.item, type_of(runner.first)}, false);
    return true;
  }
  if (!rests(runner) && !any_other(name) && !unheard()) return false;
  hold(name, runner, end);
  return true;
}

void Breaker::hold(const Name& name, Runner& runner, const protocol::ItemEnd& end) {
  if (!runner.first) runner.first = end.exception;
  if (++runner.count == 1) {
    runner.since = runner.began;
    runner.error = runner.first;
    runner.first_item = end.item;
    runner.before = runner.previous;
  }
  runner.row.push_back({end.item, type_of(runner.first)});
  if (runner.state == State::closed && runner.row.size() > limits_.breaker) {
    rulings_.stand.push_back(runner.row.front().item);
    runner.row.erase(runner.row.begin());
  }
  if (runner.count >= threshold(runner)) alert_.insert(name);
}

// The same there: it fails, and in the same way, or worse.
void Breaker::end_trial(const Trial& trial, const Runner& runner, const protocol::ItemEnd& end) {
  auto suspect = runners_.find(trial.suspect);
  if (!trial.counts || suspect == runners_.end()) return;
  bool worse = end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out;
  bool bad = end.outcome == Outcome::load_error || (runner.good == 0 && (runner.bad > 0 || runner.outside));
  bool alike = type_of(runner.first ? runner.first : end.exception) == trial.type;
  --suspect->second.open;
  ++(worse || (bad && alike) ? suspect->second.shared : suspect->second.otherwise);
  if (!worse && !bad && runner.bad == 0) ++suspect->second.fine;
}

void Breaker::dropped(base::ItemId item) {
  crashed_.erase(item);
  auto trial = trials_.find(item);
  if (trial == trials_.end()) return;
  auto suspect = runners_.find(trial->second.suspect);
  if (trial->second.counts && suspect != runners_.end()) --suspect->second.open;
  trials_.erase(trial);
}

}  // namespace dtest::master
