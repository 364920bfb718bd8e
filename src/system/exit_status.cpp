#include "system/exit_status.hpp"

#include <sys/wait.h>

#include <array>
#include <csignal>
#include <utility>

#include "system/signals.hpp"

namespace dtest::system {

namespace {

constexpr std::array<std::pair<int, const char*>, 28> kNames{{
    {SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},       {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},   {SIGTRAP, "SIGTRAP"},
    {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},       {SIGFPE, "SIGFPE"},   {SIGKILL, "SIGKILL"}, {SIGUSR1, "SIGUSR1"},
    {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"},     {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"},
    {SIGCHLD, "SIGCHLD"}, {SIGCONT, "SIGCONT"},     {SIGSTOP, "SIGSTOP"}, {SIGTSTP, "SIGTSTP"}, {SIGTTIN, "SIGTTIN"},
    {SIGTTOU, "SIGTTOU"}, {SIGURG, "SIGURG"},       {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"}, {SIGPROF, "SIGPROF"},
    {SIGSYS, "SIGSYS"},   {SIGVTALRM, "SIGVTALRM"}, {SIGWINCH, "SIGWINCH"},
}};

}  // namespace

std::string signal_name(int signal) {
  for (const auto& [number, name] : kNames) {
    if (number == signal) return name;
  }
  return "SIG" + std::to_string(signal);
}

std::optional<int> ExitStatus::code() const {
  if (!known() || !WIFEXITED(raw_)) return std::nullopt;
  return WEXITSTATUS(raw_);
}

std::optional<int> ExitStatus::signal() const {
  if (!known() || !WIFSIGNALED(raw_)) return std::nullopt;
  return WTERMSIG(raw_);
}

std::string ExitStatus::text() const {
  if (const auto number = code()) return "exit " + std::to_string(*number);
  if (const auto number = signal()) return signal_name(*number) + (WCOREDUMP(raw_) ? " (core dumped)" : "");
  return "ended";
}

}  // namespace dtest::system
