// A directory of our own for sockets and other things that nobody else may touch.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::system {

/// Bytes that a UNIX socket's path can have.
constexpr std::size_t kSocketPathMax = 107;
/// Longest name of a socket in a private directory.
constexpr std::size_t kSocketNameMax = 24;

/// Owns `dt-XXXXXX`, mode 0700, ours; removes the tree in its destructor unless released.
class PrivateDir {
 public:
  PrivateDir() = default;
  /// In the first of XDG_RUNTIME_DIR, TMPDIR, /tmp that is absolute, usable, and short enough for a socket's path.
  /// Throws base::Error (config) that names what was wrong with each.
  static PrivateDir make();
  /// In the first usable of `parents`.
  static PrivateDir make_in(const std::vector<std::string>& parents);

  PrivateDir(PrivateDir&& other) noexcept;
  PrivateDir& operator=(PrivateDir&& other) noexcept;
  ~PrivateDir();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// PATH/NAME
  [[nodiscard]] std::string file(std::string_view name) const;
  /// ipc://PATH/NAME; throws std::length_error when the name has more than kSocketNameMax bytes.
  [[nodiscard]] std::string endpoint(std::string_view name) const;
  /// Gives the directory up: it stays.
  std::string release();

 private:
  explicit PrivateDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Empty when `path` is a directory (not a link to one), ours, with mode 0700; else what is wrong with it.
std::string private_dir_fault(const std::string& path);

}  // namespace dtest::system
