#include "cli/event_file.hpp"

#include <utility>

namespace dtest::cli {
namespace {

constexpr std::size_t kMostKept = 64U << 20U;  // bytes, while the disk does not keep up
constexpr std::size_t kMostWaiting = 4;

}  // namespace

EventFile::EventFile(system::BackgroundWriter& queue, const std::string& path, collector::StreamInfo info)
    : queue_(queue), file_(queue, path, system::FileWriter::Mode::truncate), info_(std::move(info)) {}

void EventFile::on_event(const collector::Envelope& envelope) {
  if (lines_.size() > kMostKept) {
    ++dropped_;
    return;
  }
  lines_ += collector::to_json_line(envelope, info_);
  lines_ += '\n';
}

void EventFile::pump() {
  if (lines_.empty() || queue_.waiting() >= kMostWaiting) return;
  file_.write(std::exchange(lines_, {}));
}

void EventFile::finish() {
  if (!lines_.empty()) file_.write(std::exchange(lines_, {}));
}

std::string EventFile::error() const {
  if (std::string text = file_.error_text(); !text.empty()) return text;
  std::uint64_t lost = dropped_ + file_.dropped();
  if (lost > 0) return "the event file is slower than the run: " + std::to_string(lost) + " events are missing";
  return {};
}

}  // namespace dtest::cli
