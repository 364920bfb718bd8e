#include "cli/foreground.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "guardian/lost_sweep.hpp"

namespace dtest::cli {
namespace {

constexpr int kPasses = 100;

}  // namespace

Foreground::Foreground(std::string mark)
    : mark_(std::move(mark)), signals_({SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD}) {
  system::become_subreaper();
  termios modes{};
  if (::tcgetattr(STDIN_FILENO, &modes) == 0) modes_ = modes;
}

Foreground::~Foreground() {
  guardian::LostSweep sweep(mark_, {});
  std::vector<guardian::KeeperEvent> ignored;
  for (int i = 0; i < kPasses && sweep.pass(ignored) > 0; ++i) {
  }
  if (!modes_) return;
  // A program that made itself the foreground and died would have us stopped for this.
  ::signal(SIGTTOU, SIG_IGN);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*modes_);
  ::signal(SIGTTOU, SIG_DFL);
}

// What the terminal sends goes to the whole group, the program included; it comes from nobody.
void Foreground::pass_on(const system::SignalInfo& signal, int pid) {
  if (signal.signal == SIGCHLD) return;
  if (signal.signal == SIGTERM || signal.signal == SIGHUP) asked_ = signal.signal;
  if (signal.sender != 0) ::kill(pid, signal.signal);
}

system::ExitStatus Foreground::run(const std::vector<std::string>& argv, const system::EnvChanges& env,
                                   const std::string& cwd) {
  system::SpawnSpec spec;
  spec.argv = argv;
  spec.env = env;
  spec.env[guardian::kSessionVariable] = mark_;
  spec.cwd = cwd;
  spec.input = system::Inherit{};
  spec.death_signal = SIGTERM;
  system::Child child = system::spawn(spec);
  for (;;) {
    while (auto signal = signals_.read()) pass_on(*signal, child.pid);
    if (auto status = system::try_reap(child.pid)) return *status;
    pollfd fd{signals_.fd(), POLLIN, 0};
    ::poll(&fd, 1, -1);
  }
}

}  // namespace dtest::cli
