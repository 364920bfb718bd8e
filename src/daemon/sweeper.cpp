#include "daemon/sweeper.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <ctime>
#include <exception>

#include "base/exit_code.hpp"
#include "system/fd.hpp"

namespace dtest::daemon {
namespace {

constexpr base::Duration kEvery = std::chrono::hours(1);
constexpr std::time_t kSweptLately = 3000;  // seconds

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
  // A private daemon lives no longer than a run: nobody is to look at all of it every time.
  const std::string last = std::string(argv[2]) + "/.swept";
  struct stat info {};
  const std::time_t now = std::time(nullptr);
  if (::stat(last.c_str(), &info) == 0 && info.st_mtime <= now && now - info.st_mtime < kSweptLately) return 0;
  const system::UniqueFd mark(::open(last.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (mark) ::futimens(mark.get(), nullptr);
  try {
    const system::TreeKeep keep{std::chrono::seconds(std::stoll(argv[3])), std::stoull(argv[4])};
    system::remove_old_trees(argv[2], keep, std::time(nullptr));
  } catch (const std::exception&) {
    return base::number(base::ExitCode::internal);
  }
  return 0;
}

}  // namespace dtest::daemon
