#include "cli/latest_log.hpp"

#include <unistd.h>

#include <system_error>
#include <utility>

#include "history/location.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kMost = 64U << 20U;  // bytes of the file
constexpr std::size_t kMostKept = 8U << 20U;  // while the disk does not keep up
constexpr std::size_t kMostWaiting = 4;

}  // namespace

LatestLog::LatestLog(system::BackgroundWriter& queue, const std::string& runs) : queue_(queue) {
  if (runs.empty()) return;
  const std::string path = runs.substr(0, runs.rfind('/')) + "/latest.log";
  try {
    history::make_parents(path);
    ::unlink(path.c_str());  // another run may still write to the former one
    file_.emplace(queue_, path, system::FileWriter::Mode::truncate);
  } catch (const std::system_error&) {
    // The stored run, which lies there too, says what is wrong with the place.
  }
}

void LatestLog::on_event(const collector::Envelope& envelope) {
  if (!file_ || written_ > kMost || lines_.size() > kMostKept) return;
  std::string text = log_.take(envelope);
  written_ += text.size();
  lines_ += text;
  if (written_ > kMost) lines_ += "(no more of it is written here; 'dtest log' has the rest)\n";
}

void LatestLog::pump() {
  if (lines_.empty() || queue_.waiting() >= kMostWaiting) return;
  file_->write(std::exchange(lines_, {}));
}

void LatestLog::finish() {
  if (!lines_.empty()) file_->write(std::exchange(lines_, {}));
}

}  // namespace dtest::cli
