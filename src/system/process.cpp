#include "system/process.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "system/exec_plan.hpp"
#include "system/failure.hpp"
#include "system/pidfd.hpp"
#include "system/proc_table.hpp"

namespace dtest::system {

namespace {

std::string path_of(const Stream& stream) {
  if (const auto* from = std::get_if<FromFile>(&stream)) return from->path;
  if (const auto* to = std::get_if<AppendTo>(&stream)) return to->path;
  return "a stream";
}

std::string sentence(const SpawnSpec& spec, const StepFailure& failed) {
  const std::string cannot = "cannot run " + spec.argv[0];
  switch (failed.step) {
    case Step::session: return with_reason(cannot + ": no session of its own", failed.error);
    case Step::descriptors: return with_reason(cannot + ": descriptors", failed.error);
    case Step::input: return with_reason(cannot + ": input from " + path_of(spec.input), failed.error);
    case Step::output: return with_reason(cannot + ": output to " + path_of(spec.output), failed.error);
    case Step::error: return with_reason(cannot + ": errors to " + path_of(spec.error), failed.error);
    case Step::cwd: return with_reason(cannot + " in " + spec.cwd, failed.error);
    case Step::exec: break;
  }
  if (failed.error == ENOENT) return cannot + ": no such program";
  return with_reason(cannot, failed.error);
}

}  // namespace

Launch begin_spawn(const SpawnSpec& spec) {
  ExecPlan plan(spec);
  Pipe pipe = make_pipe();
  const pid_t parent = ::getpid();
  // No handler of this program may run in the child: it could use what is not the child's.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) plan.run(pipe.write.get(), parent);
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) throw base::Error(base::ExitCode::internal, with_reason("cannot start a process", error));
  return {{pid, open_pidfd(pid)}, std::move(pipe.read)};
}

std::optional<std::string> launch_failure(const SpawnSpec& spec, const Launch& launch) {
  StepFailure failed{};
  ssize_t n = 0;
  do {
    n = ::read(launch.report.get(), &failed, sizeof failed);
  } while (n < 0 && errno == EINTR);
  if (n != sizeof failed) return std::nullopt;
  return sentence(spec, failed);
}

Child spawn(const SpawnSpec& spec) {
  Launch launch = begin_spawn(spec);
  const auto why = launch_failure(spec, launch);
  if (!why) return std::move(launch.child);
  while (::waitpid(launch.child.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  throw base::Error(base::ExitCode::config, *why);
}

std::optional<ExitStatus> try_reap(pid_t pid) {
  int status = 0;
  const pid_t reaped = ::waitpid(pid, &status, WNOHANG);
  if (reaped == pid) return ExitStatus(status);
  if (reaped < 0 && errno == ECHILD) return ExitStatus();
  return std::nullopt;
}

std::optional<ExitStatus> wait_for(const Child& child, base::Duration limit) {
  pollfd ended{child.pidfd.get(), POLLIN, 0};
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limit).count();
  if (child.pidfd) ::poll(&ended, 1, static_cast<int>(std::clamp<std::int64_t>(ms, 0, 1 << 30)));
  return try_reap(child.pid);
}

bool become_subreaper() { return ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0; }

void continue_when_parent_ends() { ::prctl(PR_SET_PDEATHSIG, SIGCONT, 0, 0, 0); }

void reap_strays(const std::vector<pid_t>& keep) {
  const ProcTable table = ProcTable::read();
  for (const Process& p : table.all()) {
    const bool stray = p.ppid == ::getpid() && p.ended() && std::count(keep.begin(), keep.end(), p.pid) == 0;
    if (stray) ::waitpid(p.pid, nullptr, WNOHANG);
  }
}

}  // namespace dtest::system
