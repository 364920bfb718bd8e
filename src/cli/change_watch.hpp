// Whether test files are still what they were when the run was planned.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collector/event.hpp"

namespace dtest::cli {

/// A file as it stands: nothing when it is not there.
struct Fingerprint {
  std::uint64_t size = 0, inode = 0;
  std::int64_t mtime_ns = 0;
  std::optional<std::uint64_t> content;  ///< hash, where it was read
};
std::optional<Fingerprint> fingerprint(const std::string& path, bool with_content);

/// Notes every planned file at the plan, and looks again when its verdict has come, and once more at the end. A file
/// that was written anew with the same text counts as unchanged where its text was read: files of at most kMostBytes,
/// in plans of at most kMostFiles.
class ChangeWatch final : public collector::EventSink {
 public:
  static constexpr std::uint64_t kMostBytes = 256 * 1024;
  static constexpr std::size_t kMostFiles = 2000;

  void plan(const std::string& project, const std::vector<std::string>& files);
  /// Hears of verdicts.
  void on_event(const collector::Envelope& envelope) override;

  /// Those that have changed, each once: of the files whose verdict has come since the last call...
  std::vector<collector::FileChanged> look();
  /// ...of all files.
  std::vector<collector::FileChanged> look_at_all();

 private:
  struct File {
    std::optional<Fingerprint> planned;
    bool judged = false;   ///< its verdict has come
    bool told = false;
  };
  void check(const std::string& path, File& file, bool after, std::vector<collector::FileChanged>& changes);

  std::string project_;
  std::map<std::string, File> files_;
  std::vector<std::string> ended_;
};

}  // namespace dtest::cli
