#include "guardian/guard_loop.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "system/remove_tree.hpp"

namespace dtest::guardian {

namespace {

constexpr int kCommandsPerTurn = 64;
/// poll's clock stands still while the machine is suspended; a fence's does not: look at it this often.
constexpr int kLongestWaitMs = 500;
constexpr base::Duration kSweep{1'000'000};
constexpr int kSweepShare = 50;  // looking at /proc takes at most this part of the time

system::SpawnSpec spawn_spec(const Spec& spec, const std::string& mark) {
  system::SpawnSpec out;
  out.argv = spec.argv;
  out.env = spec.env;
  out.env[kSessionVariable] = mark;
  out.env[kMarkVariable] = token_mark(mark, spec.token);
  out.cwd = spec.cwd;
  if (spec.output.empty()) {
    out.output = system::Null{};
  } else {
    out.output = system::AppendTo{spec.output};
  }
  out.error = system::SameAsOutput{};
  out.new_session = true;
  return out;
}

}  // namespace

GuardLoop::GuardLoop(system::UniqueFd socket) : socket_(std::move(socket)), children_{SIGCHLD} {
  system::set_nonblocking(socket_.get());
}

int GuardLoop::run() {
  while (!closing_ || (warden_ && !warden_->all_gone())) {
    wait();
    children_.read();
    if (!closing_) receive();
    if (!warden_) continue;
    settle_launches();
    reap();
    if (clock_.now() >= warden_->next_turn()) take_turn();
    send_events();
  }
  bool removed = true;
  for (const std::string& dir : options_.remove) removed = system::remove_unheld_tree(dir) && removed;
  return removed ? 0 : 73;
}

void GuardLoop::wait() {
  std::vector<pollfd> fds{{children_.fd(), POLLIN, 0}};
  const auto wanted = static_cast<short>(POLLIN | (out_.empty() ? 0 : POLLOUT));
  if (!closing_) fds.push_back({socket_.get(), wanted, 0});
  for (const Starting& s : starting_) fds.push_back({s.launch.report.get(), POLLIN, 0});
  ::poll(fds.data(), fds.size(), timeout_ms());
}

int GuardLoop::timeout_ms() const {
  if (!warden_) return -1;
  const base::Instant next = warden_->next_turn();
  if (next == base::kNever) return -1;
  const base::Instant now = clock_.now();
  if (next <= now) return 0;
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
  return static_cast<int>(std::min<std::int64_t>(ms, kLongestWaitMs));
}

void GuardLoop::receive() {
  std::string bytes(kMessageMax, '\0');
  for (int i = 0; i < kCommandsPerTurn; ++i) {
    const ssize_t n = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return hang_up();
    if (auto command = decode_command(std::string_view(bytes).substr(0, static_cast<std::size_t>(n)))) {
      obey(std::move(*command));
    }
  }
}

void GuardLoop::hang_up() {
  closing_ = true;
  if (warden_) warden_->kill_all(options_.grace, clock_.now());
}

void GuardLoop::obey(Command command) {
  if (auto* c = std::get_if<Configure>(&command)) return configure(std::move(*c));
  if (!warden_) return;
  if (const auto* spec = std::get_if<Spec>(&command)) start(*spec);
  if (const auto* c = std::get_if<Adopt>(&command)) adopt(*c);
  if (const auto* c = std::get_if<Kill>(&command)) warden_->kill(c->token, c->grace, clock_.now());
  if (const auto* c = std::get_if<KillAll>(&command)) warden_->kill_all(c->grace, clock_.now());
  if (std::holds_alternative<Pause>(command)) warden_->pause();
  if (std::holds_alternative<Resume>(command)) warden_->resume();
  if (const auto* c = std::get_if<Fence>(&command)) warden_->fence(c->deadline);
}

void GuardLoop::configure(Configure command) {
  if (warden_) return;
  options_ = std::move(command);
  warden_ = std::make_unique<Warden>(::getpid(), options_.mark, options_.grace, system::environ_value);
}

void GuardLoop::start(const Spec& spec) {
  Starting starting{spec.token, spawn_spec(spec, options_.mark), {}};
  try {
    starting.launch = system::begin_spawn(starting.spec);
  } catch (const base::Error& e) {
    return warden_->failed(spec.token, e.what());
  }
  const auto process = system::read_process(starting.launch.child.pid);
  warden_->launched(spec.token, process.value_or(system::Process{.pid = starting.launch.child.pid}),
                    spec.lasting);
  starting_.push_back(std::move(starting));
}

void GuardLoop::adopt(const Adopt& command) { warden_->adopt(command.token, command.pid, if_ours(command.pid)); }

/// The process, when it descends from this one.
std::optional<system::Process> GuardLoop::if_ours(pid_t pid) const {
  const auto process = system::read_process(pid);
  auto at = process;
  for (int depth = 0; at && depth < 64; ++depth) {
    if (at->ppid == ::getpid()) return process;
    at = system::read_process(at->ppid);
  }
  return std::nullopt;
}

void GuardLoop::settle(Starting& starting) {
  const auto why = system::launch_failure(starting.spec, starting.launch);
  if (why) {
    warden_->failed(starting.token, *why);
  } else {
    warden_->runs(starting.token);
  }
  starting.launch.report.reset();
}

void GuardLoop::settle_launches() {
  for (Starting& s : starting_) {
    pollfd report{s.launch.report.get(), POLLIN, 0};
    if (::poll(&report, 1, 0) == 1) settle(s);
  }
  std::erase_if(starting_, [](const Starting& s) { return !s.launch.report; });
}

void GuardLoop::reap() {
  int status = 0;
  for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    // What has ended has said whether it could be started: that is told first.
    for (Starting& s : starting_) {
      if (s.launch.child.pid == pid && s.launch.report) settle(s);
    }
    std::erase_if(starting_, [](const Starting& s) { return !s.launch.report; });
    warden_->reaped(pid, system::ExitStatus(status));
  }
}

void GuardLoop::take_turn() {
  const base::Instant before = clock_.now();
  const auto table = system::ProcTable::read();
  warden_->turn(clock_.now(), table, sweep_);
  for (const Signal& signal : warden_->take_signals()) {
    if (system::signal_process(signal.process, signal.number) == system::Signalled::denied) {
      warden_->denied(signal.process);
    }
  }
  sweep_ = std::max(kSweep, kSweepShare * (clock_.now() - before));
}

void GuardLoop::send_events() {
  for (const KeeperEvent& event : warden_->take_events()) out_.push_back(encode(event));
  while (!out_.empty()) {
    const ssize_t n = ::send(socket_.get(), out_.front().data(), out_.front().size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)) return;
    if (n < 0) return out_.clear();  // nobody listens any more
    out_.pop_front();
  }
}

}  // namespace dtest::guardian
