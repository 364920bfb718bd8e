#include "history/keep.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <vector>

#include "base/ids.hpp"
#include "history/location.hpp"
#include "system/fd.hpp"

namespace dtest::history {
namespace {

namespace fs = std::filesystem;

struct Kept {
  fs::path dir;
  std::int64_t at = 0;  // seconds since 1970, when it was last written to
  std::uint64_t bytes = 0;
};

std::uint64_t size_of(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  return error ? 0 : size;
}

// The names are of our own making; anything else in the directory is somebody's and stays.
std::vector<Kept> newest_first(const std::string& runs) {
  std::vector<Kept> all;
  std::error_code error;
  for (auto entry = fs::directory_iterator(runs, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (!base::RunId::from_hex(entry->path().filename().string())) continue;
    struct stat info {};
    if (::lstat(entry->path().c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) continue;
    all.push_back({entry->path(), info.st_mtim.tv_sec,
                   size_of(entry->path() / kLogName) + size_of(entry->path() / kMetaName)});
  }
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.at > b.at; });
  return all;
}

bool remove_run(const fs::path& dir) {
  std::error_code error;
  return fs::remove_all(dir, error) > 0 && !error;
}

}  // namespace

std::string runs_dir(const std::string& state_home, const std::string& project_dir) {
  if (state_home.empty()) return {};
  return fs::path(timings_path(state_home, project_dir)).parent_path().string() + "/runs";
}

bool is_being_written(const std::string& log) {
  const system::UniqueFd fd(::open(log.c_str(), O_RDONLY | O_CLOEXEC));
  return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
}

std::uint64_t keep_only(const std::string& runs, const std::string& newest, const Keep& keep) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  constexpr std::int64_t kDay = 24 * 3600;
  const std::int64_t oldest =
      std::chrono::duration_cast<std::chrono::seconds>(now).count() - static_cast<std::int64_t>(keep.days) * kDay;
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  std::uint64_t removed = 0;
  for (const Kept& run : newest_first(runs)) {
    const bool stays = run.dir.filename() == newest || is_being_written((run.dir / kLogName).string());
    if (!stays && (count >= keep.runs || bytes + run.bytes > keep.bytes || run.at < oldest) && remove_run(run.dir)) {
      ++removed;
      continue;
    }
    ++count;
    bytes += run.bytes;
  }
  return removed;
}

}  // namespace dtest::history
