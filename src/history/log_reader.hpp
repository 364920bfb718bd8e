// Reads the event log of a run: stored, still growing, or a file that `--events` wrote.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "collector/event.hpp"
#include "collector/event_json.hpp"
#include "history/gzip.hpp"
#include "system/fd.hpp"

namespace dtest::history {

/// Lines of a file, packed or plain. At the end of a file that grows, the next call looks again.
class LineReader {
 public:
  /// Throws base::Error (usage) that names the file and the reason.
  explicit LineReader(const std::string& path);

  /// The next whole line without its end; nothing at the end of what can be read now. Throws base::Error as above.
  std::optional<std::string> next();
  /// What follows the last whole line; empty in a log that was not cut off.
  [[nodiscard]] std::string_view rest() const { return std::string_view(text_).substr(at_); }
  /// Packed bytes that are none: what comes after them cannot be read.
  [[nodiscard]] bool damaged() const { return damaged_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  bool fill();

  std::string path_;
  system::UniqueFd fd_;
  Gunzip gunzip_;
  std::string text_;
  std::size_t at_ = 0;
  bool damaged_ = false;
};

/// Events of a file, in order: how reports and commands read a stored run. Lines that are no events of this version
/// are left out and counted.
class EventReader {
 public:
  /// As LineReader.
  explicit EventReader(const std::string& path) : lines_(path) {}

  std::optional<collector::Envelope> next();
  /// Of the event that next() returned last.
  [[nodiscard]] const collector::StreamInfo& info() const { return info_; }
  [[nodiscard]] std::uint64_t left_out() const { return left_out_; }
  [[nodiscard]] const LineReader& lines() const { return lines_; }

 private:
  LineReader lines_;
  collector::StreamInfo info_;
  std::uint64_t left_out_ = 0;
};

}  // namespace dtest::history
