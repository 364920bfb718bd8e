// The child's side of ExecPlan: between fork and exec. No allocation, no locks, no exceptions.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "system/descriptors.hpp"
#include "system/exec_plan.hpp"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

namespace dtest::system {

namespace {

void close_on_exec_from(int first) {
  constexpr unsigned kCloexec = 1u << 2;
  if (::syscall(SYS_close_range, first, ~0u, kCloexec) == 0) return;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int last = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
  for (int fd = first; fd < last; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

}  // namespace

void ExecPlan::run(int report, pid_t parent) noexcept {
  report_ = report;
  reset_signals();
  start_session(parent);
  lift_descriptors();
  place_descriptors();
  restore_descriptor_limit();
  if (!spec_.cwd.empty() && ::chdir(spec_.cwd.c_str()) != 0) fail(Step::cwd, errno);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  exec();
  ::_exit(127);
}

/// exec keeps what is ignored: a daemon that ignores SIGPIPE must not hand that on.
void ExecPlan::reset_signals() noexcept {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
}

void ExecPlan::start_session(pid_t parent) noexcept {
  if (spec_.new_session && ::setsid() < 0) fail(Step::session, errno);
  if (spec_.death_signal == 0) return;
  ::prctl(PR_SET_PDEATHSIG, spec_.death_signal);
  if (::getppid() != parent) ::_exit(127);  // it died before it could be heard
}

int ExecPlan::lift(int fd) noexcept {
  const int lifted = ::fcntl(fd, F_DUPFD_CLOEXEC, floor_);
  if (lifted < 0) fail(Step::descriptors, errno);
  return lifted;
}

/// Moves everything above all target numbers, so that placing one cannot overwrite another's source.
void ExecPlan::lift_descriptors() noexcept {
  report_ = lift(report_);
  for (Passed& p : passed_) p.fd = lift(p.fd);
  for (Target& t : streams_) {
    if (t.kind == Kind::fd) t.fd = lift(t.fd);
  }
}

void ExecPlan::place_descriptors() noexcept {
  close_on_exec_from(3);
  place_stream(streams_[0], 0, Step::input);
  place_stream(streams_[1], 1, Step::output);
  place_stream(streams_[2], 2, Step::error);
  for (const Passed& p : passed_) {
    if (::dup2(p.fd, p.number) < 0) fail(Step::descriptors, errno);
  }
}

void ExecPlan::place_stream(const Target& target, int number, Step step) noexcept {
  int fd = target.fd;
  switch (target.kind) {
    case Kind::inherit: return;
    case Kind::output: fd = 1; break;
    case Kind::fd: break;
    case Kind::null: fd = ::open(target.path, O_RDWR | O_CLOEXEC); break;
    case Kind::read: fd = ::open(target.path, O_RDONLY | O_CLOEXEC | O_NOCTTY); break;
    case Kind::append: fd = ::open(target.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600); break;
  }
  if (fd < 0) fail(step, errno);
  if (fd == number) {
    ::fcntl(fd, F_SETFD, 0);
  } else if (::dup2(fd, number) < 0) {
    fail(step, errno);
  }
}

/// As execvp: an unusable candidate is passed over, but remembered when it was there.
void ExecPlan::exec() noexcept {
  int error = ENOENT;
  for (const std::string& candidate : candidates_) {
    ::execve(candidate.c_str(), argv_.data(), envp_.data());
    if (errno == ENOENT || errno == ENOTDIR) continue;
    error = errno;
    if (errno != EACCES) break;
  }
  fail(Step::exec, error);
}

void ExecPlan::fail(Step step, int error) noexcept {
  const StepFailure failure{step, error};
  (void)!::write(report_, &failure, sizeof failure);
  ::_exit(127);
}

}  // namespace dtest::system
