#include "system/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "system/failure.hpp"
#include "system/fd.hpp"
#include "system/file_writer.hpp"
#include "system/random.hpp"

namespace dtest::system {

namespace {

constexpr std::size_t kSliceMax = 64 << 20;

/// Empty unless it is a regular file. O_NONBLOCK, so that opening a pipe does not wait for its writer.
UniqueFd open_regular(const std::string& path, struct stat& status) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (fd && (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))) fd.reset();
  return fd;
}

std::string read_at(int fd, std::uint64_t offset, std::size_t most) {
  std::string bytes(most, '\0');
  std::size_t have = 0;
  while (have < most) {
    const ssize_t n = ::pread(fd, bytes.data() + have, most - have, static_cast<off_t>(offset + have));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  bytes.resize(have);
  return bytes;
}

/// 0 or errno.
int write_new(const std::string& path, std::string_view bytes, unsigned mode) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return errno;
  if (const int error = write_all(fd.get(), bytes)) return error;
  return ::fsync(fd.get()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

std::string read_slice(const std::string& path, std::uint64_t offset, std::size_t most) {
  struct stat status {};
  const UniqueFd fd = open_regular(path, status);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (!fd || offset >= size) return {};
  return read_at(fd.get(), offset, std::min<std::uint64_t>({most, kSliceMax, size - offset}));
}

std::optional<std::uint64_t> file_size(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

std::optional<std::string> read_file(const std::string& path, std::size_t most) {
  struct stat status {};
  const UniqueFd fd = open_regular(path, status);
  if (!fd) return std::nullopt;
  // Files of /proc and /sys say that they have no bytes: read by what comes, not by size.
  std::string bytes;
  while (bytes.size() <= most) {
    const std::string part = read_at(fd.get(), bytes.size(), std::min<std::size_t>(most + 1 - bytes.size(), 65536));
    if (part.empty()) return bytes;
    bytes += part;
  }
  return std::nullopt;
}

std::uint64_t keep_tail(const std::string& path, std::uint64_t keep) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
  constexpr std::uint64_t kBlock = 1 << 20;  // whatever blocks the file system has
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size <= keep) return 0;
  const std::uint64_t head = (size - keep) / kBlock * kBlock;
  if (head == 0) return 0;
  if (::fallocate(fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(head)) == 0) return head;
  (void)!::ftruncate(fd.get(), 0);
  return 0;
}

void write_atomic(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string beside = path + "." + std::to_string(random_u64() & 0xffffffff) + ".tmp";
  int error = write_new(beside, bytes, mode);
  if (error == 0 && ::rename(beside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(beside.c_str());
  throw base::Error(base::ExitCode::no_report, with_reason("cannot write " + path, error));
}

}  // namespace dtest::system
