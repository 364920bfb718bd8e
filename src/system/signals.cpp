#include "system/signals.hpp"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "system/failure.hpp"

namespace dtest::system {

SignalFd::SignalFd(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  fd_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw failure("cannot watch for signals");
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SignalFd::~SignalFd() {
  if (restore_) ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<SignalInfo> SignalFd::read() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return SignalInfo{static_cast<int>(info.ssi_signo), static_cast<int>(info.ssi_pid)};
}

void stop_by(int signal) {
  sigset_t set, before;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, &before);
  ::raise(signal);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void end_by(int signal) {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  ::sigaction(signal, &standard, nullptr);
  stop_by(signal);
  ::_exit(128 + signal);  // it did not end us
}

void ignore_signals_of_writes() {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::sigaction(signal, &ignore, nullptr);
}

}  // namespace dtest::system
