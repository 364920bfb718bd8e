#include "virtual_session.hpp"

#include <algorithm>

#include "protocol/codec.hpp"
#include "virtual_boot.hpp"
#include "virtual_hook.hpp"

namespace dtest::simulation {

VirtualSession::VirtualSession(Shared& shared, SessionEvents& events, const broker::StartKeeper& start,
                               std::size_t node, std::uint32_t slowness)
    : shared_(shared), events_(events), start_(start), node_(node), slowness_(slowness) {
  if (shared_.random.chance(shared_.scenario.guardian_end * 0.5))
    shared_.time.after(shared_.some(8'000'000), [this] { guardian_ends(); });
}

void VirtualSession::start_hook(const broker::StartHook& action) {
  if (guardian_gone_) {
    tell_hook_over(action.slot, "no guardian");
    return;
  }
  auto hook = std::make_shared<VirtualHook>(shared_, *this, action.slot);
  records_[{action.slot, VirtualHook::kIncarnation}] = {hook, true, {}, {}, false, false};
  if (killing_) condemn(*hook);
  by_guardian([hook] {
    if (hook->alive()) hook->begin();
  });
  if (shared_.planted == Planted::hooks_not_awaited) tell_hook_over(action.slot, "exit 0");
}

void VirtualSession::kill_hook(const broker::KillHook& action) {
  auto at = records_.find({action.slot, VirtualHook::kIncarnation});
  if (at == records_.end()) return;
  by_guardian([process = at->second.process, grace = action.grace] { process->kill(grace); });
}

void VirtualSession::tell_hook_over(base::Slot slot, const std::string& how) {
  if (killing_) shared_.saw(Fault::hook_cut_short, slot.value);
  broker::HookOver over{slot, how, how == "exit 0", {"last words"}};
  shared_.time.at(served() + shared_.some(5000), [this, over] {
    if (!ended_ && !empty_told_) events_.on_hook_over(start_.run, over);
  });
}

// A runner that has an item writes to its database: so nobody else does.
void VirtualSession::check_databases(const Key& key) {
  records_[key].works = true;
  const std::string own = database_of(shared_.scenario, key.first.value);
  for (const auto& [other, record] : records_) {
    if (own.empty() || other.first == key.first || !record.works || !record.process->alive()) continue;
    if (database_of(shared_.scenario, other.first.value) == own)
      shared_.invariants.violated(Rule::project_is_served, "two runners write to the database " + own);
  }
}

void VirtualSession::start_boot(base::Incarnation incarnation) {
  for (const auto& [key, record] : records_)
    if (key.second == VirtualHook::kIncarnation && record.process->alive())
      shared_.invariants.violated(Rule::project_is_served, "the boot process is started while a hook runs");
  if (guardian_gone_ || shared_.random.chance(shared_.scenario.boot_not_started)) {
    shared_.saw(Fault::boot_not_started);
    shared_.time.after(shared_.some(10'000), [this, incarnation] {
      if (!ended_) events_.on_process_over(start_.run, {base::kBootSlot, incarnation, 0, "no such file", false, {}});
    });
    return;
  }
  auto boot = std::make_shared<VirtualBoot>(shared_, *this, base::kBootSlot, incarnation);
  records_[{base::kBootSlot, incarnation}] = {boot, true, {}, {}, false, false};
  if (killing_) condemn(*boot);
  by_guardian([boot] {
    if (boot->alive()) boot->begin();
  });
}

void VirtualSession::fork(const broker::ForkRunner& action) {
  records_[{action.slot, action.incarnation}] = {};
  protocol::ForkWork work{action.slot, action.incarnation, "ipc://j", "ipc://o", action.env, "out", std::nullopt};
  send({start_.run, base::kBootSlot, action.boot, work});
}

void VirtualSession::on_forked(base::Slot slot, base::Incarnation incarnation, std::shared_ptr<VirtualProcess> child) {
  records_[{slot, incarnation}].process = child;
  if (killing_) condemn(*child);
}

void VirtualSession::adopt(const broker::AdoptRunner& action) {
  if (shared_.planted == Planted::adoption_forgotten) return;
  auto at = records_.find({action.slot, action.incarnation});
  if (at == records_.end() || at->second.adopted || !at->second.process) return;
  Record& record = at->second;
  if (record.process->pid() != action.pid)
    shared_.invariants.violated(Rule::told_as_it_was, "a pid was adopted that is not the runner's");
  record.adopted = true;
  if (!record.process->alive()) tell_over(at->first);
  else if (record.kill_after) record.process->kill(*record.kill_after);
}

void VirtualSession::send(const broker::SendLocal& action) {
  auto at = records_.find({action.slot, action.incarnation});
  if (at == records_.end() || !at->second.process) return;
  if (std::holds_alternative<protocol::RunWork>(action.work)) {
    check_databases(at->first);
    std::string wrong = shared_.invariants.sick.given(node_, action.slot, action.incarnation, shared_.now());
    if (!wrong.empty()) shared_.invariants.violated(Rule::breaker, wrong);
  }
  if (std::holds_alternative<protocol::Quit>(action.work) && action.slot != base::kBootSlot && !at->second.works &&
      shared_.scenario.databases > 0)
    shared_.saw(Fault::database_shared, action.slot.value);
  if (const auto* item = std::get_if<protocol::RunWork>(&action.work))
    shared_.trace.note(shared_.now(), "runner %n.%n is sent item %n", action.slot.value, action.incarnation.value,
                       item->item.value);
  protocol::Decoded<protocol::LocalWork> work{action.work, {}};
  if (shared_.scenario.codec) work = protocol::decode_local_work(protocol::encode(action.work));
  if (!work) {
    shared_.invariants.violated(Rule::own_words, "a message to a runner was refused: " + work.why);
    return;
  }
  const bool twice =
      shared_.planted == Planted::item_sent_twice && std::holds_alternative<protocol::RunWork>(action.work);
  // One pipe: in order. Equal delays keep it, so all have the same.
  shared_.time.after(base::Duration(300), [twice, process = at->second.process, message = std::move(*work.message)] {
    process->deliver(message);
    if (twice) process->deliver(message);
  });
}

void VirtualSession::kill(const broker::KillProcess& action) {
  if (shared_.planted == Planted::kill_forgotten) return;
  auto at = records_.find({action.slot, action.incarnation});
  if (at == records_.end()) return;
  if (at->second.adopted) by_guardian([process = at->second.process, grace = action.grace] { process->kill(grace); });
  else at->second.kill_after = action.grace;
}

void VirtualSession::kill_all(base::Duration grace) {
  by_guardian([this, grace] { kill_everything(grace); });
}

void VirtualSession::stop_guardian(base::Duration how_long) {
  if (ended_ || killing_ || guardian_gone_) return;
  shared_.saw(Fault::guardian_stopped);
  guardian_back_ = std::max(guardian_back_, shared_.now() + how_long);
}

void VirtualSession::kill_orphans(Record& record, base::Duration grace) {
  if (!record.orphans) return;
  shared_.time.after(grace, [this, &record] {
    record.orphans = false;
    check_empty();
  });
}

// With their guardian they die of SIGKILL, and make nothing of it.
void VirtualSession::condemn(VirtualProcess& process) const {
  if (guardian_gone_) process.kill(kill_grace_);
  else process.condemn(kill_grace_);
}

void VirtualSession::kill_everything(base::Duration grace) {
  killing_ = true;
  if (shared_.planted == Planted::kill_too_slow) grace += std::chrono::seconds(10);
  kill_grace_ = grace;
  for (auto& [key, record] : records_)
    if (record.process && record.process->alive()) condemn(*record.process);
    else kill_orphans(record, grace);
  check_empty();
}

void VirtualSession::vanish() {
  end();
  killing_ = true;
  for (auto& [key, record] : records_) {
    if (record.process) record.process->die("power cut");
    record.orphans = false;
  }
}

void VirtualSession::guardian_ends() {
  if (ended_ || killing_) return;
  shared_.saw(Fault::guardian_end);
  guardian_gone_ = true;
  guardian_back_ = {};
  kill_all(base::Duration(1000));
}

std::size_t VirtualSession::alive() const {
  return static_cast<std::size_t>(std::count_if(records_.begin(), records_.end(), [](const auto& entry) {
    return entry.second.process && (entry.second.process->alive() || entry.second.orphans);
  }));
}

bool VirtualSession::quiet() const {
  return std::all_of(records_.begin(), records_.end(), [this](const auto& entry) {
    return !entry.second.process || entry.second.process->heard_out() <= shared_.now();
  });
}

bool VirtualSession::broke_off(base::Slot slot, base::Incarnation incarnation) const {
  const auto at = records_.find({slot, incarnation});
  return at != records_.end() && at->second.process && at->second.process->broke_off();
}

void VirtualSession::slept(base::Duration time) {
  for (auto& [key, record] : records_)
    if (record.process) record.process->slept(time);
}

// The guardian looks ten times a second.
void VirtualSession::on_flooded(base::Slot slot, base::Incarnation incarnation) {
  shared_.time.at(served() + shared_.some(100'000), [this, slot, incarnation] {
    if (!ended_ && !empty_told_) events_.on_flood(start_.run, slot, incarnation);
  });
}

void VirtualSession::on_said(const protocol::LocalReport& message) {
  if (!ended_) events_.on_local(start_.run, message);
}

void VirtualSession::on_died(VirtualProcess& process, const std::string& how) {
  Key key{process.slot(), process.incarnation()};
  Record& record = records_[key];
  record.how = how;
  if (shared_.random.chance(shared_.scenario.leave_children)) {
    shared_.saw(Fault::children_left, key.first.value);
    record.orphans = true;
    if (killing_) kill_orphans(record, kill_grace_);
  }
  if (key.second == VirtualHook::kIncarnation) tell_hook_over(key.first, how);
  else if (record.adopted) tell_over(key);
  check_empty();
}

void VirtualSession::tell_over(const Key& key) {
  const Record& record = records_[key];
  base::Instant read = shared_.planted == Planted::end_before_words ? shared_.now() : record.process->heard_out();
  // The end of its connection is waited for, which children keep open, and no longer than this.
  if (record.orphans) read = std::max(read, shared_.now() + std::chrono::seconds(2));
  base::Instant when = std::max(read, served() + shared_.some(30'000));
  if (shared_.planted == Planted::end_before_words) when = shared_.now();
  broker::ProcessOver over{key.first, key.second, record.process->pid(), record.how, true, {"last words"}};
  shared_.time.at(when, [this, over] {
    if (!ended_ && !empty_told_) events_.on_process_over(start_.run, over);
  });
}

void VirtualSession::check_empty() {
  const bool hasty = shared_.planted == Planted::empty_too_early;
  if (!killing_ || empty_told_ || (alive() > 0 && !hasty)) return;
  if (guardian_gone_ && shared_.planted == Planted::keeper_end_untold) return;
  base::Instant read = served();
  for (const auto& [key, record] : records_)
    if (record.process) read = std::max(read, record.process->heard_out());
  shared_.time.at(read + shared_.some(20'000), [this, hasty] {
    // One that was forked meanwhile is killed first.
    if (ended_ || empty_told_ || (alive() > 0 && !hasty)) return;
    empty_told_ = true;
    events_.on_session_empty(start_.run);
  });
}

}  // namespace dtest::simulation
