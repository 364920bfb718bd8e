#include "guardian/warden.hpp"

#include <algorithm>
#include <csignal>

namespace dtest::guardian {

using system::ExitStatus;
using system::Process;
using system::ProcTable;

namespace {

constexpr std::size_t kUnclaimedMax = 1024;
constexpr base::Duration kRetry{20'000};

}  // namespace

Warden::Warden(pid_t keeper, std::string mark, base::Duration grace, system::EnvironLookup lookup)
    : keeper_(keeper), grace_(grace), owners_(std::move(mark), std::move(lookup)) {}

void Warden::launched(Token token, const Process& process, bool lasting) {
  tokens_[token].process = process;
  tokens_[token].lasting = lasting;
  owners_.add_root(token, process, false);
  told_empty_ = false;
  due_ = true;
}

void Warden::runs(Token token) {
  const auto at = tokens_.find(token);
  if (at != tokens_.end()) events_.emplace_back(Spawned{token, at->second.process.pid});
}

void Warden::failed(Token token, std::string why) {
  events_.emplace_back(SpawnFailed{token, std::move(why)});
  owners_.remove_root(token);
  tokens_.erase(token);
  due_ = true;
}

void Warden::adopt(Token token, pid_t pid, std::optional<Process> process) {
  Ward& ward = tokens_[token];
  told_empty_ = false;
  due_ = true;
  const auto ended = std::find_if(unclaimed_.begin(), unclaimed_.end(), [&](const auto& u) { return u.first == pid; });
  if (process) {
    ward.process = *process;
    owners_.add_root(token, *process, true);
    return;
  }
  ward.process.pid = pid;
  // A session of its own outlives it, and its pid is not given out again before that has ended.
  owners_.add_root(token, ward.process, true);
  end_of(token, ward, ended == unclaimed_.end() ? ExitStatus() : ended->second);
  if (ended != unclaimed_.end()) unclaimed_.erase(ended);
}

void Warden::reaped(pid_t pid, ExitStatus status) {
  due_ = true;
  for (auto& [token, ward] : tokens_) {
    if (ward.process.pid == pid && !ward.over) return end_of(token, ward, status);
  }
  unclaimed_.emplace_back(pid, status);
  if (unclaimed_.size() > kUnclaimedMax) unclaimed_.pop_front();
}

void Warden::end_of(Token token, Ward& ward, ExitStatus status) {
  ward.over = true;
  events_.emplace_back(Reaped{token, ward.process.pid, status});
}

void Warden::kill(Token token, base::Duration grace, base::Instant now) {
  const auto at = tokens_.find(token);
  if (at == tokens_.end()) return;
  due_ = true;
  auto& killing = at->second.killing;
  if (killing) return killing->hasten(now, grace);
  killing.emplace(now, grace);
}

void Warden::kill_all(base::Duration grace, base::Instant now) {
  due_ = true;
  told_empty_ = false;
  paused_ = false;
  if (all_) return all_->hasten(now, grace);
  all_.emplace(now, grace);
}

void Warden::pause() { paused_ = due_ = true; }

void Warden::resume() {
  if (!std::exchange(paused_, false)) return;
  for (const auto& [id, process] : std::exchange(stopped_, {})) signals_.push_back({process, SIGCONT});
}

base::Instant Warden::next_turn() const {
  if (due_) return base::Instant::min();
  base::Instant next = std::min(fence_, sweep_);
  if (all_) return std::min(next, all_->next_step());
  for (const auto& [token, ward] : tokens_) {
    if (ward.killing) next = std::min(next, ward.killing->next_step());
  }
  return next;
}

void Warden::turn(base::Instant now, const ProcTable& table, base::Duration sweep) {
  if (!table.complete()) {  // out of descriptors: whoever is missing in it has not gone for that
    due_ = false;
    sweep_ = now + kRetry;
    return;
  }
  if (now >= fence_) {
    fence_ = base::kNever;
    events_.emplace_back(Fenced{});
    kill_all(grace_, now);
  }
  due_ = false;
  owners_.update(table, keeper_, all_.has_value());
  find_vanished(table);
  finish_trees();
  sweep_ = tokens_.empty() && owners_.empty() ? base::kNever : now + sweep;
  step_killings(now);
  if (paused_ && !all_) step_pause(now);  // what is killed goes on, so that it can end
  finish_all();
}

/// An adopted process may have been reaped by a parent that had not ended yet: then nobody tells us.
void Warden::find_vanished(const ProcTable& table) {
  for (auto& [token, ward] : tokens_) {
    if (ward.over) continue;
    const Process* now = table.find(ward.process.pid);
    if (now == nullptr || !now->same(ward.process)) end_of(token, ward, ExitStatus());
  }
}

void Warden::finish_trees() {
  for (auto at = tokens_.begin(); at != tokens_.end();) {
    const Token token = at->first;
    if (!at->second.over || !still(owners_.of(token)).empty()) {
      ++at;
      continue;
    }
    events_.emplace_back(TreeGone{token});
    owners_.remove_root(token);
    at = tokens_.erase(at);
  }
}

void Warden::step_killings(base::Instant now) {
  if (all_) return all_->step(now, still(owners_.all()), signals_);
  for (auto& [token, ward] : tokens_) {
    if (ward.over && !ward.lasting && !ward.killing) ward.killing.emplace(now, grace_);
    if (ward.killing) ward.killing->step(now, still(owners_.of(token)), signals_);
  }
}

void Warden::step_pause(base::Instant now) {
  for (const auto& [token, ward] : tokens_) {
    if (ward.killing) continue;  // its tree is continued, so that it can end
    for (const Process& p : still(owners_.of(token))) {
      if (p.state == 'T' || p.state == 't') continue;
      // Once is enough, also for one that waits in the kernel (its child stopped between vfork and exec).
      if (!stopped_.emplace(key(p), p).second) continue;
      signals_.push_back({p, SIGSTOP});
      sweep_ = std::min(sweep_, now + kRetry);  // it may have forked before it stopped
    }
  }
}

void Warden::finish_all() {
  const bool empty = still(owners_.all()).empty();
  if (!empty) told_empty_ = false;
  if (!tokens_.empty() || !empty) return;
  all_.reset();
  if (!std::exchange(told_empty_, true)) events_.emplace_back(Empty{});
}

std::vector<Process> Warden::still(std::vector<Process> processes) const {
  std::erase_if(processes, [this](const Process& p) { return denied_.contains(key(p)); });
  return processes;
}

}  // namespace dtest::guardian
