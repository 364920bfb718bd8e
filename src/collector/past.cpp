#include "collector/past.hpp"

#include <algorithm>

namespace dtest::collector {

using protocol::Outcome;

Past::Known& Past::known(const protocol::ListedExample& example) {
  auto at = by_id_.find(example.id);
  if (at != by_id_.end()) return known_[at->second];
  Known& fresh = known_.emplace_back();
  fresh.example = example;
  by_id_.emplace(fresh.example.id, known_.size() - 1);
  return fresh;
}

void Past::say(const protocol::ListedExample& example, Status status, const std::string& reason, bool alone_on_line) {
  Known& it = known(example);
  it.alone_on_line = alone_on_line;
  if (status == Status::not_run) {
    if (!it.said) it.reason = reason;
    return;
  }
  it.bad_before = it.bad_before || unloaded_ || (it.said && is_bad(*it.said));
  if (!it.said) ++spoken_;
  it.said = status;
  it.reason = reason;
}

void Past::retries(const Past* past, const Closing& before) {
  if (past != nullptr) {
    if (auto at = past->by_id_.find(before.example.id); at != past->by_id_.end()) {
      const Known& old = past->known_[at->second];
      if (old.said) say(old.example, *old.said, old.reason, old.alone_on_line);
      known(before.example).bad_before = old.bad_before;
    }
    if (past->unloaded_) known(before.example).bad_before = true;
  }
  say(before.example, before.status, before.reason, before.alone_on_line);
}

void Past::add(const AttemptAccount& attempt, const protocol::ItemEnd& end) {
  const Settled verdicts = settle(attempt, end);
  for (const AttemptAccount::Entry& entry : attempt.entries())
    if (entry.status) say(entry.example, *entry.status, "", attempt.alone_on_line(entry.example.line));
  // Why it had no turn then, or no verdict, is not why it has none in the end.
  for (const Closing& closing : verdicts.closings) {
    const bool died = closing.status == Status::crashed || closing.status == Status::timed_out;
    say(closing.example, died ? closing.status : Status::not_run, died ? closing.reason : "", closing.alone_on_line);
  }
  if (verdicts.nothing_ran) {
    for (const AttemptAccount::Entry& entry : attempt.entries()) known(entry.example);
    return;
  }
  cut_off_ = end.outcome == Outcome::stopped || end.outcome == Outcome::returned;
  if (cut_off_) return;
  own_ = verdicts.own;
  last_ = end;
  unloaded_ = unloaded_ || end.outcome == Outcome::load_error;
}

bool Past::suspects(std::string_view example) const {
  if (unloaded_) return true;
  auto at = by_id_.find(example);
  if (at == by_id_.end()) return false;
  const Known& it = known_[at->second];
  return it.bad_before || (it.said && is_bad(*it.said));
}

void Past::stand_in(const AttemptAccount* attempt, const std::set<std::string, std::less<>>* handed,
                    const std::string& reason, Settled& verdicts) const {
  std::unordered_map<std::string_view, std::size_t> closed;
  for (std::size_t i = 0; i < verdicts.closings.size(); ++i) closed.emplace(verdicts.closings[i].example.id, i);
  std::vector<Closing> more;
  for (const Known& it : known_) {
    const AttemptAccount::Entry* entry = attempt == nullptr ? nullptr : attempt->find(it.example.id);
    if ((entry != nullptr && entry->status) || (handed != nullptr && handed->contains(it.example.id))) continue;
    const auto at = closed.find(it.example.id);
    if (at != closed.end() && (!it.said || verdicts.closings[at->second].status != Status::not_run)) continue;
    Closing& closing = at != closed.end() ? verdicts.closings[at->second] : more.emplace_back(Closing{it.example});
    closing.status = it.said.value_or(Status::not_run);
    closing.reason = it.said || !it.reason.empty() ? it.reason : reason;
    closing.alone_on_line = it.alone_on_line;
    closing.stands = true;
    closing.flaky = it.said && is_good(*it.said) && it.bad_before;
  }
  verdicts.closings.insert(verdicts.closings.end(), more.begin(), more.end());
}

}  // namespace dtest::collector
