#include "system/pidfd.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "system/proc_table.hpp"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

namespace dtest::system {

UniqueFd open_pidfd(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

int signal_pidfd(int pidfd, int signal) {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0));
}

Signalled signal_process(const Process& process, int signal) {
  const UniqueFd pidfd = open_pidfd(process.pid);
  if (!pidfd && errno == ESRCH) return Signalled::gone;
  // The descriptor stands for whoever has the pid now: look after opening it whether that is still the same.
  const auto now = read_process(process.pid);
  if (!now || !now->same(process)) return Signalled::gone;
  const int result = pidfd ? signal_pidfd(pidfd.get(), signal) : ::kill(process.pid, signal);
  if (result == 0) return Signalled::sent;
  return errno == EPERM ? Signalled::denied : Signalled::gone;
}

}  // namespace dtest::system
