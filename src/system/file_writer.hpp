// Appends text to a file through a BackgroundWriter.
#pragma once
#include <memory>
#include <string>

#include "system/background.hpp"
#include "system/fd.hpp"

namespace dtest::system {

/// Text goes out in order and whole, or, from the first error on (short disk, closed pipe), not at all. The queue
/// must outlive this object; what was queued is written even after it.
class FileWriter {
 public:
  enum class Mode { append, truncate };
  /// Opens the file (mode 0644 where missing) in the background.
  FileWriter(BackgroundWriter& queue, std::string path, Mode mode);
  /// Writes to `fd`, which this owns; `name` is for messages. Pass a dup of 1 or 2.
  FileWriter(BackgroundWriter& queue, UniqueFd fd, std::string name);

  /// Never blocks. False when the text was dropped: queue full or an error before.
  bool write(std::string text);
  /// errno of the first failure; 0 when there was none (so far: flush the queue to know).
  [[nodiscard]] int error() const;
  /// "cannot write report.json: No space left on device", or empty.
  [[nodiscard]] std::string error_text() const;
  /// Texts dropped because the queue was full.
  [[nodiscard]] std::size_t dropped() const { return dropped_; }

 private:
  struct State;
  BackgroundWriter& queue_;
  std::shared_ptr<State> state_;
  std::size_t dropped_ = 0;
};

/// Writes all of it to a descriptor of any kind (waits where it is non-blocking). 0 or errno.
int write_all(int fd, std::string_view text);

}  // namespace dtest::system
