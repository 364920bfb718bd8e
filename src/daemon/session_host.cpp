#include "daemon/session_host.hpp"

#include <cstdlib>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "broker/environment.hpp"
#include "broker/limits.hpp"
#include "protocol/codec.hpp"
#include "protocol/workspace.hpp"
#include "system/files.hpp"

namespace dtest::daemon {
namespace {

std::optional<Workspace> make_workspace(const protocol::SessionOptions& options, const std::string& work_dir) {
  if (options.workspace.empty()) return std::nullopt;
  return std::optional<Workspace>(std::in_place, work_dir, options);
}

constexpr base::Duration kDrain = std::chrono::seconds(2);   // doc/protocol.md §9
constexpr base::Duration kLook = std::chrono::milliseconds(100);  // at files that a test may flood

// What was printed before it is to stand before what comes next in the log.
bool closes_output(const protocol::LocalBody& body) {
  return std::holds_alternative<protocol::RunDone>(body) || std::holds_alternative<protocol::Loaded>(body);
}

}  // namespace

SessionHost::SessionHost(const broker::StartKeeper& start, const Setting& setting, bus::Context& context,
                         bus::Loop& loop, HostEvents& events)
    : run_(start.run), workspace_(make_workspace(start.options, setting.work_dir)),
      options_(protocol::placed(start.options, workspace())), node_(setting.node), context_(context), loop_(loop),
      events_(events), layout_(setting.sockets), mark_(broker::session_mark(start.run, start.number, node_)) {
  guardian::Keeper::Options options;
  options.exe = setting.exe;
  options.mark = mark_;
  options.remove = {layout_.sockets(), layout_.scratch()};
  // With a lease the master may start everything elsewhere soon after this daemon died or stopped.
  const base::Duration most = setting.sockets ? base::Duration::max() : broker::Limits().lease_grace;
  options.grace = std::min(start.options.grace, most);
  keeper_ = std::make_unique<guardian::Keeper>(options);
  hooks_ = std::make_unique<HookHost>(layout_, *keeper_, options_.project);
  keeper_watch_ = loop_.watch_fd(keeper_->fd(), [this] { return read_keeper(); });
  outcomes_ = std::make_unique<bus::LocalSub>(context_, bus::MaxFrame{protocol::kMaxWork});
  outcomes_watch_ = loop_.watch(*outcomes_, [this] { return read_outcomes(); });
}

SessionHost::~SessionHost() = default;

// Both ends of the local pipe are bound before anybody can connect: a connect that comes first costs 100 ms.
SessionHost::Process& SessionHost::open(const Key& key) {
  Process process;
  process.token = next_token_++;
  process.output = OutputFile(layout_.output(key.first, key.second));
  process.jobs = std::make_unique<bus::LocalPush>(context_, bus::Endpoint::parse(layout_.jobs(key.first, key.second)));
  outcomes_->bind(bus::Endpoint::parse(layout_.outcomes(key.first, key.second)));
  bus::LocalPush* jobs = process.jobs.get();
  process.watch = loop_.watch(*jobs, [jobs] { return jobs->flush(); });
  return processes_[key] = std::move(process);
}

void SessionHost::fail_start(const Key& key, const std::string& why) {
  processes_.erase(key);
  events_.on_process_over(run_, {key.first, key.second, 0, why, false, {}});
}

void SessionHost::start_hook(const broker::StartHook& action) {
  if (auto over = hooks_->start(action, next_token_++)) events_.on_hook_over(run_, std::move(*over));
}

void SessionHost::start_boot(const broker::StartBoot& action) {
  Key key{base::kBootSlot, action.incarnation};
  try {
    Process& process = open(key);
    guardian::Spec spec;
    spec.token = process.token;
    spec.argv = options_.ruby;
    if (!options_.lib.empty()) spec.argv.push_back(options_.lib + "/boot.rb");  // empty: another language's
    spec.argv.push_back(layout_.jobs(key.first, key.second));
    spec.argv.push_back(layout_.outcomes(key.first, key.second));
    // debug.gem, asked for by RUBYOPT as rdbg does it, would stop at the first line and wait for a terminal.
    if (::getenv("RUBY_DEBUG_ENABLE") == nullptr) spec.env["RUBY_DEBUG_ENABLE"] = "0";
    for (const auto& [name, value] : options_.env) spec.env[name] = value;
    spec.env["DTEST"] = "1";
    spec.env["DTEST_RUN_ID"] = run_.hex();
    spec.env["DTEST_NODE"] = node_;
    spec.env["DTEST_RUNNERS"] = std::to_string(options_.runners);
    spec.cwd = options_.project;
    spec.output = process.output.path();
    keeper_->spawn(spec);
  } catch (const base::Error& e) {
    fail_start(key, e.what());
  }
}

void SessionHost::fork(const broker::ForkRunner& action) {
  Key key{action.slot, action.incarnation};
  try {
    Process& process = open(key);
    protocol::ForkWork work;
    work.slot = action.slot;
    work.incarnation = action.incarnation;
    work.jobs = layout_.jobs(key.first, key.second);
    work.outcomes = layout_.outcomes(key.first, key.second);
    work.env = action.env;
    work.env[guardian::kMarkVariable] = guardian::token_mark(mark_, process.token);
    work.output = process.output.path();
    if (action.tmpdir) work.tmpdir = layout_.tmpdir(action.slot);
    send({run_, base::kBootSlot, action.boot, work});
  } catch (const base::Error& e) {
    fail_start(key, e.what());
  }
}

void SessionHost::adopt(const broker::AdoptRunner& action) {
  auto at = processes_.find({action.slot, action.incarnation});
  if (at == processes_.end() || at->second.adopted) return;
  at->second.adopted = true;
  at->second.pid = action.pid;
  keeper_->adopt(at->second.token, static_cast<pid_t>(action.pid));
  if (at->second.kill_after) keeper_->kill(at->second.token, *at->second.kill_after);
}

void SessionHost::send(const broker::SendLocal& action) {
  auto at = processes_.find({action.slot, action.incarnation});
  if (at == processes_.end()) return;
  if (!at->second.jobs->send(protocol::encode(action.work)))
    events_.on_log(run_, "error", "the local pipe of a runner is full: it does not read");
}

void SessionHost::kill(const broker::KillProcess& action) {
  auto at = processes_.find({action.slot, action.incarnation});
  if (at == processes_.end()) return;
  bool known = at->second.adopted || action.slot == base::kBootSlot;
  if (known) keeper_->kill(at->second.token, action.grace);
  else at->second.kill_after = action.grace;
}

void SessionHost::kill_all(base::Duration grace) {
  killing_ = true;
  keeper_->kill_all(grace);
}

void SessionHost::fence(base::Instant deadline) {
  if (killing_ || ended_ || deadline == fence_) return;
  fence_ = deadline;
  keeper_->fence(deadline);
}

void SessionHost::close_sockets() {
  outcomes_watch_.reset();
  processes_.clear();
  outcomes_.reset();
}

void SessionHost::end() {
  over_ = true;
  close_sockets();
  keeper_->end();
}

bool SessionHost::read_outcomes() {
  std::optional<bus::LocalEvent> event = outcomes_->receive();
  if (!event) return false;
  if (const auto* message = std::get_if<bus::Message>(&*event)) {
    on_message(message->body());
  } else if (const auto* up = std::get_if<bus::Connected>(&*event)) {
    if (auto at = by_outcomes(up->endpoint); at != processes_.end()) at->second.connected = true;
  } else if (const auto* down = std::get_if<bus::Disconnected>(&*event)) {
    if (auto at = by_outcomes(down->endpoint); at != processes_.end()) {
      at->second.connected = false;
      settle(at->first);
    }
  }
  return outcomes_ != nullptr;
}

void SessionHost::on_message(std::string_view bytes) {
  protocol::Decoded<protocol::LocalReport> report = protocol::decode_local_report(bytes);
  if (!report) {
    // What is lost here is missed by the account, which then says so.
    if (refused_++ < 10) events_.on_log(run_, "warn", "a runner's message is refused: " + report.why);
    return;
  }
  attach_output(*report.message);
  if (closes_output(report.message->body)) tell_printed({report.message->slot, report.message->incarnation});
  events_.on_local(run_, std::move(*report.message));
}

// A bad example comes with what it printed, a good one without.
void SessionHost::attach_output(protocol::LocalReport& report) {
  auto* over = std::get_if<protocol::ExampleOver>(&report.body);
  auto at = processes_.find({report.slot, report.incarnation});
  if (over != nullptr && at != processes_.end()) at->second.settled = over->output_to;
  if (over == nullptr || over->output_to <= over->output_from) return;
  protocol::Example& example = over->example;
  example.output_total = over->output_to - over->output_from;
  if (example.status == "passed" || example.status == "pending") return;
  if (at == processes_.end()) return;
  std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(options_.output_cap, protocol::kMaxWork / 2));
  example.output.data = at->second.output.slice(over->output_from, over->output_to, most);
}

bool SessionHost::read_keeper() {
  std::vector<guardian::KeeperEvent> events = keeper_->read();
  // The fence first: what happened before it, while this daemon was stopped, is no reason to start another process.
  std::stable_partition(events.begin(), events.end(), [](const guardian::KeeperEvent& event) {
    return std::holds_alternative<guardian::Fenced>(event);
  });
  for (const guardian::KeeperEvent& event : events) on_keeper(event);
  return false;
}

void SessionHost::on_keeper(const guardian::KeeperEvent& event) {
  if (over_) return on_end_of_keeper(event);
  if (auto over = hooks_->on_keeper(event)) {
    // When the guardian is lost, a hook that was killed for that did not fail: the session ends, for its own reason.
    if (!keeper_->lost()) events_.on_hook_over(run_, std::move(*over));
    return;
  }
  if (const auto* spawned = std::get_if<guardian::Spawned>(&event)) {
    if (auto at = by_token(spawned->token); at != processes_.end()) at->second.pid = spawned->pid;
  } else if (const auto* failed = std::get_if<guardian::SpawnFailed>(&event)) {
    if (auto at = by_token(failed->token); at != processes_.end()) fail_start(Key(at->first), failed->why);
  } else if (const auto* reaped = std::get_if<guardian::Reaped>(&event)) {
    if (auto at = by_token(reaped->token); at != processes_.end()) {
      at->second.reaped = true;
      at->second.how = reaped->status.text();
    }
  } else if (const auto* gone = std::get_if<guardian::TreeGone>(&event)) {
    auto at = by_token(gone->token);
    if (at == processes_.end()) return;
    at->second.gone = true;
    at->second.drain_limit = loop_.now() + kDrain;
    settle(Key(at->first));
  } else if (std::holds_alternative<guardian::Fenced>(event)) {
    killing_ = true;
    events_.on_log(run_, "warn", "run " + run_.brief() + ": its lease is over, for its dtest is silent or this daemon "
                                 "stood still; its guardian killed every process of the run");
    events_.on_fenced(run_);
  } else if (std::holds_alternative<guardian::Empty>(event)) {
    if (!killing_) return;  // only between two of its processes
    drain_outcomes();
    events_.on_session_empty(run_);
  } else if (std::holds_alternative<guardian::Ended>(event)) {
    keeper_watch_.reset();
    ended_ = true;
  } else if (const auto* lost = std::get_if<guardian::Lost>(&event)) {
    keeper_watch_.reset();
    events_.on_log(run_, "error", "the guardian of run " + run_.brief() + " ended; its processes were killed" +
                                      (lost->left > 0 ? ", except for " + std::to_string(lost->left) : std::string()));
    if (outcomes_ != nullptr) drain_outcomes();
    ended_ = true;
    events_.on_session_empty(run_);
  }
}

// By now the run may have another session here, which knows nothing of these processes.
void SessionHost::on_end_of_keeper(const guardian::KeeperEvent& event) {
  const auto* lost = std::get_if<guardian::Lost>(&event);
  if (lost == nullptr && !std::holds_alternative<guardian::Ended>(event)) return;
  if (lost != nullptr && lost->left > 0)
    events_.on_log(run_, "error", "the guardian of run " + run_.brief() + " ended; " + std::to_string(lost->left) +
                                      " of its processes could not be killed");
  keeper_watch_.reset();
  ended_ = true;
}

void SessionHost::drain_outcomes() {
  while (outcomes_ != nullptr && read_outcomes()) {
  }
}

// The process is over once it is reaped, nothing that it started is left, and its connection was read to its end.
void SessionHost::settle(const Key& key) {
  auto at = processes_.find(key);
  if (at == processes_.end() || !at->second.reaped || !at->second.gone) return;
  Process& process = at->second;
  if (process.connected && loop_.now() < process.drain_limit) return;
  broker::ProcessOver over{key.first, key.second, process.pid, process.how, true,
                           process.output.excerpt(process.settled)};
  tell_printed(key);
  outcomes_->unbind(bus::Endpoint::parse(layout_.outcomes(key.first, key.second)));
  ::unlink(process.output.path().c_str());
  processes_.erase(at);
  events_.on_process_over(run_, std::move(over));
}

void SessionHost::tick(base::Instant now) {
  std::vector<Key> due;
  for (const auto& [key, process] : processes_)
    if (process.drain_limit <= now) due.push_back(key);
  for (const Key& key : due) settle(key);
  if (now < next_look_) return;
  next_look_ = now + kLook;
  look_at_output();
}

void SessionHost::look_at_output() {
  hooks_->look_at_output();
  std::vector<Key> flooded;
  for (auto& [key, process] : processes_)
    if (process.output.look()) flooded.push_back(key);
  std::vector<Key> all;  // whoever is told may change the processes
  for (const auto& [key, process] : processes_) all.push_back(key);
  for (const Key& key : all) tell_printed(key);
  for (const Key& key : flooded) events_.on_flood(run_, key.first, key.second, OutputFile::kKept);
}

void SessionHost::tell_printed(const Key& key) {
  auto at = processes_.find(key);
  if (at == processes_.end()) return;
  OutputFile::News news = at->second.output.news();
  if (!news.text.empty()) events_.on_printed(run_, key.first, std::move(news.text), news.left_out);
}

base::Instant SessionHost::next_deadline() const {
  base::Instant next = ended_ ? base::kNever : next_look_;
  for (const auto& [key, process] : processes_) next = std::min(next, process.drain_limit);
  return next;
}

std::map<SessionHost::Key, SessionHost::Process>::iterator SessionHost::by_token(guardian::Token token) {
  return std::find_if(processes_.begin(), processes_.end(),
                      [token](const auto& entry) { return entry.second.token == token; });
}

std::map<SessionHost::Key, SessionHost::Process>::iterator SessionHost::by_outcomes(const std::string& endpoint) {
  return std::find_if(processes_.begin(), processes_.end(), [&](const auto& entry) {
    return layout_.outcomes(entry.first.first, entry.first.second) == endpoint;
  });
}

}  // namespace dtest::daemon
