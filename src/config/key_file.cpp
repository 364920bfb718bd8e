#include "config/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace dtest::config {
namespace {

using base::Error;
using base::ExitCode;

constexpr std::string_view kSecret = "dtest-secret";
constexpr std::string_view kPublic = "dtest-public";
constexpr std::size_t kLongestName = 200;

[[noreturn]] void refuse(const std::string& text, bool foreign = false) {
  throw Error(foreign ? ExitCode::no_permission : ExitCode::config, text);
}

/// The beginning of a file, wiped when it ends: it may be a secret.
class Held {
 public:
  ~Held() { ::explicit_bzero(bytes_.data(), bytes_.size()); }
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  void read(int fd) {
    ssize_t got = 0;
    while (size_ < bytes_.size() && (got = ::read(fd, bytes_.data() + size_, bytes_.size() - size_)) > 0)
      size_ += static_cast<std::size_t>(got);
  }
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 512> bytes_{};
  std::size_t size_ = 0;
};

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd;
};

Looseness loose(const std::string& path, const struct stat& info, mode_t forbidden) {
  const char* what = S_ISDIR(info.st_mode) ? "the directory " : "";
  if (info.st_uid != ::geteuid() && (info.st_uid != 0 || (forbidden & 044) != 0))
    return {fmt::format("{}{} belongs to another user (uid {}); it must be yours", what, path, info.st_uid), true};
  if ((info.st_mode & forbidden) == 0) return {};
  const char* who = (forbidden & 044) != 0 ? "read" : "write";
  return {fmt::format("{}{} has mode {:04o}, so that others can {} it; run 'chmod {} {}'", what, path,
                      info.st_mode & 07777, who, (forbidden & 044) != 0 ? "600" : "go-w", base::shell_quote(path)),
          false};
}

// Opens a regular file and reads it; the checks are of what was opened, whatever stands there a moment later.
void read_checked(const std::string& path, mode_t forbidden, Held& held, const std::string& otherwise) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.fd < 0 && errno == ENOENT) refuse(fmt::format("there is no key file {}{}", path, otherwise));
  struct stat info {};
  if (file.fd < 0 || ::fstat(file.fd, &info) != 0)
    refuse(fmt::format("cannot read the key file {}: {}", path, ::strerror(errno)), errno == EACCES);
  if (!S_ISREG(info.st_mode)) refuse(fmt::format("{} is no regular file, so it is no key file", path));
  if (Looseness found = loose(path, info, forbidden); !found.fault.empty()) refuse(found.fault, found.foreign);
  const std::string parent = std::filesystem::path(path).parent_path().string();
  if (Looseness found = looseness(parent); !found.fault.empty()) refuse(found.fault, found.foreign);
  held.read(file.fd);
}

// The word behind `kind` and a blank; nothing when the line does not begin with that kind.
std::optional<std::string_view> key_word(std::string_view text, std::string_view kind) {
  if (!text.starts_with(kind) || text.size() < kind.size() + 1 || text[kind.size()] != ' ') return std::nullopt;
  return text.substr(kind.size() + 1, bus::kKeyLength);
}

void make_directory(const std::string& directory) {
  std::error_code problem;
  const std::filesystem::path path(directory);
  if (std::filesystem::is_directory(path, problem)) return;
  std::filesystem::create_directories(path.parent_path(), problem);
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    refuse(fmt::format("cannot make the directory {}: {}", directory, ::strerror(errno)));
}

// A new file with this content; true: it is written to the disk.
void write_new(const std::string& path, std::string_view text, mode_t mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (file.fd < 0) refuse(fmt::format("cannot write {}: {}", path, ::strerror(errno)));
  const bool whole = ::fchmod(file.fd, mode) == 0 &&
                     ::write(file.fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                     ::fsync(file.fd) == 0;
  if (whole) return;
  const int why = errno;
  ::unlink(path.c_str());
  refuse(fmt::format("cannot write {}: {}", path, ::strerror(why)));
}

void check_absent(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) return;
  refuse(fmt::format("{} exists already, and a key is never replaced: use it, or move it away first (mv {} {})", path,
                     base::shell_quote(path), base::shell_quote(path + ".old")));
}

}  // namespace

Looseness looseness(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return {fmt::format("cannot look at {}: {}", path, ::strerror(errno)), false};
  return loose(path, info, 022);
}

bus::KeyPair load_key_pair(const std::string& path, std::string_view make) {
  Held held;
  read_checked(path, 077, held, fmt::format("; make one with '{}'", make));
  if (key_word(held.text(), kPublic))
    refuse(fmt::format("{} holds a public key; the secret one is needed, which '{}' writes", path, make));
  auto word = key_word(held.text(), kSecret);
  auto secret = word ? bus::SecretKey::parse(*word) : std::nullopt;
  if (!secret) refuse(fmt::format("{} holds no secret key; move it away and run '{}'", path, make));
  return bus::pair_of(std::move(*secret));
}

NamedKey parse_public_line(const std::string& from, std::string_view text) {
  const std::string_view line = base::trim(text.substr(0, text.find('\n')));
  if (key_word(line, kSecret))
    refuse(from + " holds a secret key, which nobody else may have; the public one is in the file that ends in .pub");
  auto word = key_word(line, kPublic);
  auto key = word ? bus::PublicKey::parse(*word) : std::nullopt;
  const std::string_view rest = key ? line.substr(kPublic.size() + 1 + bus::kKeyLength) : "";
  if (!key || (!rest.empty() && rest.front() != ' ') || !base::trim(text.substr(line.size())).empty())
    refuse(fmt::format("{} holds no public key; one is a line '{} KEY NAME', as 'dtest keygen' writes it", from,
                       kPublic));
  return {*key, base::valid_utf8(base::prefix(base::trim(rest), kLongestName))};
}

NamedKey load_public_key(const std::string& path) {
  Held held;
  read_checked(path, 022, held, "");
  return parse_public_line(path, held.text());
}

std::string public_line(const NamedKey& key) {
  return fmt::format("{} {}{}{}\n", kPublic, key.key.text(), key.name.empty() ? "" : " ", key.name);
}

NamedKey make_key_pair(const std::string& path, const std::string& name) {
  check_absent(path);
  check_absent(public_file(path));
  const std::string directory = std::filesystem::path(path).parent_path().string();
  make_directory(directory);
  if (Looseness found = looseness(directory); !found.fault.empty()) refuse(found.fault, found.foreign);
  const bus::KeyPair pair = bus::draw_key_pair();
  std::array<char, kSecret.size() + bus::kKeyLength + 2> line{};
  std::size_t at = kSecret.copy(line.data(), kSecret.size());
  line[at++] = ' ';
  at += pair.secret.text().copy(line.data() + at, bus::kKeyLength);
  line[at] = '\n';
  write_new(path, {line.data(), line.size()}, 0600);
  ::explicit_bzero(line.data(), line.size());
  NamedKey open{pair.open, name};
  try {
    write_new(public_file(path), public_line(open), 0644);
  } catch (const Error&) {
    ::unlink(path.c_str());
    throw;
  }
  return open;
}

void write_public_key(const std::string& path, const NamedKey& key, bool replace) {
  make_directory(std::filesystem::path(path).parent_path().string());
  if (replace) ::unlink(path.c_str());
  check_absent(path);
  write_new(path, public_line(key), 0644);
}

}  // namespace dtest::config
