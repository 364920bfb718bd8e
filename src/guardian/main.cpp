#include "guardian/main.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "guardian/guard_loop.hpp"
#include "system/process.hpp"

namespace dtest::guardian {

namespace {

/// Nothing but KILL ends a guardian before its time.
void ignore_signals() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP, SIGTTIN,
                           SIGTTOU, SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF}) {
    ::sigaction(signal, &ignore, nullptr);
  }
}

}  // namespace

int guardian_main(int, char**) {
  ignore_signals();
  system::become_subreaper();
  system::continue_when_parent_ends();  // it must see that its daemon has died, and clean up
  ::prctl(PR_SET_NAME, kGuardianName);
  (void)!::chdir("/");  // holds no directory that somebody wants to unmount
  try {
    return GuardLoop(system::UniqueFd(kGuardianFd)).run();
  } catch (const std::exception&) {
    return 70;  // the keeper sees the end and sweeps
  }
}

}  // namespace dtest::guardian
