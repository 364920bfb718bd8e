#include "history/set_aside.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "system/fd.hpp"

namespace dtest::history {
namespace {

constexpr int kMostCopies = 9;

bool is_there(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

std::string free_name(const std::string& path, const char* word) {
  std::string name;
  for (int n = 1; n <= kMostCopies; ++n) {
    name = fmt::format("{}.{}-{}", path, word, n);
    if (!is_there(name)) break;
  }
  return name;
}

/// All pages, not only the head.
bool is_broken(const std::string& path) {
  try {
    Database database(path, Database::Mode::existing);
    Statement check(database, "PRAGMA quick_check(1)");
    return !check.step() || check.text(0) != "ok";
  } catch (const SqliteError& error) {
    return error.is_damaged();
  }
}

void rename_all(const std::string& from, const std::string& to) {
  // The journals first: should this process die in between, an old journal never meets a new database.
  for (const char* tail : {"-wal", "-shm", "-journal", ""}) {
    if (std::rename((from + tail).c_str(), (to + tail).c_str()) == 0 || (errno == ENOENT && *tail != 0)) continue;
    throw std::system_error(errno, std::generic_category(), from);
  }
}

}  // namespace

std::string set_aside(const std::string& path, bool broken_content) {
  const auto lock_path = path + ".lock";
  const system::UniqueFd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) throw std::system_error(errno, std::generic_category(), lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return {};
  const auto fault = is_there(path) ? fault_of(path) : Fault::empty;
  const bool damaged = fault == Fault::damaged || (fault == Fault::none && broken_content && is_broken(path));
  if (!damaged && fault != Fault::newer) return {};
  const auto name = free_name(path, damaged ? "damaged" : "newer");
  rename_all(path, name);
  if (damaged) return fmt::format("the timings of earlier runs were damaged; they are kept as {}", name);
  return fmt::format("the timings of earlier runs were written by a newer version; they are kept as {}", name);
}

}  // namespace dtest::history
