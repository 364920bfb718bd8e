// What the ledger concludes of items that are settled, told as events: verdicts that no runner gave, those that stand
// because nothing later says otherwise, failures of files themselves, and the ends of files. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "collector/desk.hpp"

namespace dtest::collector {

class SettledNews {
 public:
  explicit SettledNews(Desk& desk) : desk_(desk) {}

  /// A verdict was told: it is told once more where it stands and its attempt does not count.
  void told(const TestEnd& event);
  /// The attempt that is open will be void. What is concluded of it may stand later.
  void keep(const Place& place, const protocol::ItemEnd& end);
  /// Examples that an accepted attempt announced.
  void announced(const std::string& path, std::uint64_t examples) { announced_[path] += examples; }
  void tell(const Place& place, const protocol::ItemEnd& end, const Settled& verdicts, base::Instant now);
  void own_failure(const Place& place, const protocol::ItemEnd& end, const OwnFailure& own, base::Instant now);
  void file_end(FileEnd event, const FileResult& result, base::Instant now);

 private:
  [[nodiscard]] TestEnd test_end(const Place& place, const protocol::ItemEnd& end, const Closing& closing) const;
  [[nodiscard]] const TestEnd* told_before(const std::string& path, const Closing& closing) const;
  void told_by_ledger(const Place& place, const protocol::ItemEnd& end, const Closing& closing, base::Instant now);

  Desk& desk_;
  std::map<std::string, std::map<std::string, TestEnd>> bad_;  // by path and id, the newest; until the file's end
  std::map<std::string, std::uint64_t> announced_;  // by path: examples of accepted attempts, until the file's end
  std::map<std::string, FileEnd> own_;  // failures of files themselves, until the file.end that tells them
};

}  // namespace dtest::collector
