// Which of the files that rsync brings to a node were written after the run began.
#pragma once
#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

namespace dtest::cli {

/// What rsync is to print of each file, for LaterFiles.
inline constexpr const char* kFileFormat = "--out-format=%M %n";

/// Reads rsync's list as it comes. A node that joins late gets the project as it is then.
class LaterFiles {
 public:
  /// `own`: a file that the run itself writes, relative to the project; empty: there is none.
  LaterFiles(std::time_t began, std::string own);

  void take(std::string_view piece);
  /// For people, about the node; empty: all is as it was.
  [[nodiscard]] std::string warning() const;

 private:
  void line(std::string_view text);

  std::string began_, own_;  ///< as rsync writes times
  std::string rest_;
  std::string first_;
  std::size_t count_ = 0;
};

}  // namespace dtest::cli
