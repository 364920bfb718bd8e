#include "daemon/sweeper.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <exception>

#include "base/exit_code.hpp"

namespace dtest::daemon {
namespace {

constexpr base::Duration kEvery = std::chrono::hours(1);

bool is_directory(const std::string& path) {
  struct stat info {};
  return !path.empty() && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

}  // namespace

void Sweeper::tick(base::Instant now) {
  if (child_ || now < next_) return;
  next_ = now + kEvery;
  if (!is_directory(setting_.work_dir)) return;
  const auto age = std::chrono::duration_cast<std::chrono::seconds>(setting_.keep.age).count();
  system::SpawnSpec spec;
  spec.argv = {setting_.exe, kSweepArgument, setting_.work_dir, std::to_string(age),
               std::to_string(setting_.keep.bytes)};
  spec.output = system::Null{};
  spec.cwd = "/";
  spec.death_signal = SIGKILL;
  try {
    child_ = system::spawn(spec);
  } catch (const std::exception&) {
    return;  // in an hour again
  }
  watch_ = loop_.watch_fd(child_->pidfd.get(), [this] {
    if (!system::try_reap(child_->pid)) return false;
    watch_.reset();
    child_.reset();
    return false;
  });
}

int sweep_main(int argc, char** argv) {
  if (argc != 5) return base::number(base::ExitCode::usage);
  ::setpriority(PRIO_PROCESS, 0, 19);
  try {
    const system::TreeKeep keep{std::chrono::seconds(std::stoll(argv[3])), std::stoull(argv[4])};
    system::sweep_trees(argv[2], keep);
  } catch (const std::exception&) {
    return base::number(base::ExitCode::internal);
  }
  return 0;
}

}  // namespace dtest::daemon
