#include "guardian/keeper_impl.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "guardian/main.hpp"
#include "system/failure.hpp"
#include "system/machine.hpp"
#include "system/pidfd.hpp"
#include "system/remove_tree.hpp"

namespace dtest::guardian {

namespace {

constexpr std::size_t kQueueMax = 16 << 20;          // bytes for a guardian that does not read: it is stuck
constexpr base::Duration kExitPoll{20'000};          // where the kernel has no pidfd
constexpr base::Duration kWakePause{500'000};
constexpr base::Duration kSweepLimit{5'000'000};
constexpr base::Duration kFirstPause{2'000}, kLastPause{200'000};

/// What a daemon has for children: guardians, and what is about to become one.
std::set<std::string> own_children(const std::string& exe) {
  const std::string program = exe.empty() ? system::self_exe() : exe;
  const auto self = system::read_process(::getpid());
  return {kGuardianName, std::string(system::last_part(program)).substr(0, 15), self ? self->name : std::string()};
}

}  // namespace

Keeper::Impl::Impl(Options options, system::Child guardian, system::UniqueFd socket)
    : options_(std::move(options)), guardian_(std::move(guardian)), socket_(std::move(socket)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)), timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!epoll_ || !timer_) throw system::failure("cannot watch the guardian");
  watch(socket_.get(), false, false);
  watch(timer_.get(), false, false);
}

void Keeper::Impl::watch(int fd, bool writing, bool change) {
  epoll_event event{};
  event.events = EPOLLIN | (writing ? EPOLLOUT : 0u);
  event.data.fd = fd;
  ::epoll_ctl(epoll_.get(), change ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

void Keeper::Impl::send(const Command& command) {
  std::string bytes = encode(command);
  if (bytes.size() > kMessageMax) {
    throw base::Error(base::ExitCode::usage, "a command with its environment must have less than 128 KiB");
  }
  if (phase_ != Phase::talking || ended_) return;
  out_bytes_ += bytes.size();
  out_.push_back(std::move(bytes));
  flush();
  if (out_bytes_ > kQueueMax && guardian_.pidfd) system::signal_pidfd(guardian_.pidfd.get(), SIGKILL);
}

void Keeper::Impl::flush() {
  while (!out_.empty()) {
    const std::string& next = out_.front();
    const ssize_t n = ::send(socket_.get(), next.data(), next.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS)) break;
    out_bytes_ -= next.size();  // also when the guardian has gone: receive() finds out
    out_.pop_front();
  }
  watch(socket_.get(), !out_.empty(), true);
  if (ended_ && out_.empty() && !std::exchange(end_sent_, true)) ::shutdown(socket_.get(), SHUT_WR);
}

void Keeper::Impl::end() {
  ended_ = true;
  if (phase_ == Phase::talking) flush();
  wake();
}

// It may be stopped at any time, so also after this: until everything is gone it is looked at again and again.
void Keeper::Impl::wake() {
  if (phase_ != Phase::talking && phase_ != Phase::exiting) return;
  waking_ = true;
  if (is_stopped()) {
    if (guardian_.pidfd) system::signal_pidfd(guardian_.pidfd.get(), SIGCONT);
    else ::kill(guardian_.pid, SIGCONT);
  }
  arm(guardian_.pidfd ? kWakePause : kExitPoll);
}

// One that runs is sent nothing: CONT takes back the stop of whoever begins to trace it, and he waits for ever
// (LeakSanitizer, at the guardian's exit, is such a one).
bool Keeper::Impl::is_stopped() const {
  const auto guardian = system::read_process(guardian_.pid);
  return !guardian || guardian->state == 'T';
}

void Keeper::Impl::remember(Token token, pid_t pid) {
  if (const auto process = system::read_process(pid)) roots_[token] = *process;
}

std::vector<KeeperEvent> Keeper::Impl::read() {
  std::vector<KeeperEvent> out;
  disarm();
  if (phase_ == Phase::talking) flush();
  if (phase_ == Phase::talking) receive(out);
  if (phase_ == Phase::exiting) check_exit(out);
  if (phase_ == Phase::sweeping) sweep(out);
  if (waking_) wake();
  return out;
}

void Keeper::Impl::receive(std::vector<KeeperEvent>& out) {
  std::string bytes(kMessageMax, '\0');
  while (true) {
    const ssize_t n = ::recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) return await_exit();
    auto event = decode_event(std::string_view(bytes).substr(0, static_cast<std::size_t>(n)));
    if (!event) continue;
    note(*event);
    out.push_back(std::move(*event));
  }
}

void Keeper::Impl::note(const KeeperEvent& event) {
  if (const auto* spawned = std::get_if<Spawned>(&event)) remember(spawned->token, spawned->pid);
  if (const auto* gone = std::get_if<TreeGone>(&event)) roots_.erase(gone->token);
}

/// The guardian has closed its end: it is about to exit, or dead.
void Keeper::Impl::await_exit() {
  phase_ = Phase::exiting;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket_.get(), nullptr);
  socket_.reset();
  if (guardian_.pidfd) watch(guardian_.pidfd.get(), false, false);
}

void Keeper::Impl::check_exit(std::vector<KeeperEvent>& out) {
  const auto status = system::try_reap(guardian_.pid);
  if (!status) {
    if (!guardian_.pidfd) arm(kExitPoll);
    return;
  }
  if (guardian_.pidfd) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, guardian_.pidfd.get(), nullptr);
  const bool in_order = ended_ && status->code().has_value() && status->code() != 70;
  if (in_order) {
    phase_ = Phase::over;
    out.emplace_back(Ended{});
    return;
  }
  phase_ = Phase::sweeping;
  sweep_end_ = clock_.now() + kSweepLimit;
  pause_ = kFirstPause;
  lost_.emplace(options_.mark, roots_, own_children(options_.exe));
}

void Keeper::Impl::sweep(std::vector<KeeperEvent>& out) {
  const std::size_t left = lost_->pass(out);
  if (left > 0 && clock_.now() < sweep_end_) {
    arm(pause_);
    pause_ = std::min(pause_ * 2, kLastPause);
    return;
  }
  for (const std::string& dir : options_.remove) system::remove_unheld_tree(dir);
  phase_ = Phase::over;
  out.emplace_back(Lost{static_cast<std::uint32_t>(left)});
}

void Keeper::Impl::arm(base::Duration delay) {
  itimerspec spec{};
  spec.it_value.tv_sec = delay.count() / 1'000'000;
  spec.it_value.tv_nsec = delay.count() % 1'000'000 * 1'000;
  ::timerfd_settime(timer_.get(), 0, &spec, nullptr);
}

void Keeper::Impl::disarm() {
  std::uint64_t times = 0;
  (void)!::read(timer_.get(), &times, sizeof times);
}

}  // namespace dtest::guardian
