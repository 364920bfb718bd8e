// Signals as something to read, so that one loop serves them beside its sockets.
#pragma once
#include <csignal>
#include <initializer_list>
#include <optional>
#include <string>

#include "system/fd.hpp"

namespace dtest::system {

struct SignalInfo {
  int signal = 0;
  int sender = 0;  ///< process that sent it, or the child for SIGCHLD; 0 when the kernel did
};

/// Blocks the given signals for this process and reads them from a descriptor; its destructor restores the mask.
/// Make it in main before any thread starts (threads inherit the mask), one at a time per signal.
/// spawn() gives children an empty mask again.
class SignalFd {
 public:
  explicit SignalFd(std::initializer_list<int> signals);
  ~SignalFd();
  SignalFd(const SignalFd&) = delete;
  SignalFd& operator=(const SignalFd&) = delete;

  /// Poll for reading.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// The next signal, or nothing. Never blocks. SIGCHLD stands for any number of children.
  std::optional<SignalInfo> read();
  /// The mask is not restored: what comes from now on is never heard, for a process that only has to end.
  void stay_blocked() noexcept { restore_ = false; }

 private:
  bool restore_ = true;
  sigset_t before_{};
  UniqueFd fd_;
};

/// Stops this process as the signal (TSTP, TTOU) does, though it is blocked; returns once it was continued. At once,
/// where the signal is ignored or nobody could continue it (an orphaned process group).
void stop_by(int signal);

/// Ends this process as the signal does where nobody handles it.
[[noreturn]] void end_by(int signal);

/// "SIGSEGV"; "SIG64" for those without a name.
std::string signal_name(int signal);

/// Writing to a closed pipe gives EPIPE, and beyond the limit of a file's size EFBIG, instead of ending the process.
/// For main; what is spawned gets the default again.
void ignore_signals_of_writes();

}  // namespace dtest::system
