// Who may use this node: a directory of public keys, one a file.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "bus/curve.hpp"

namespace dtest::daemon {

/// Files NAME.pub count, whatever else lies there does not. A file that is no public key, or that others could have
/// written, allows nobody; nor does a directory that has become unusable.
class AllowList {
 public:
  /// Reads it. Throws base::Error: 78 when it is not there or others may write to it, 77 when it is somebody else's.
  explicit AllowList(std::string directory);

  struct Change {
    bool any = false;                   ///< something is different from the last look
    std::vector<std::string> warnings;  ///< what is wrong with it now
  };
  /// Reads again what has changed. Never throws.
  Change look();
  [[nodiscard]] bool allows(const std::string& key) const { return names_.contains(key); }
  /// NAME of the file that allows this key, or empty.
  [[nodiscard]] std::string name_of(const std::string& key) const;
  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  /// What tells that a file is another one: inode, size, time of its last change.
  using Stamp = std::tuple<std::uint64_t, std::int64_t, std::int64_t, std::int64_t>;
  using Stamps = std::map<std::string, Stamp>;
  [[nodiscard]] std::optional<Stamps> stamps() const;
  void read(const Stamps& files, std::vector<std::string>& warnings);

  std::string directory_;
  std::optional<Stamps> seen_;
  std::map<std::string, std::string> names_;  ///< by the text of the key
};

}  // namespace dtest::daemon
