#include "history/run_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "history/gzip.hpp"
#include "history/location.hpp"
#include "system/fd.hpp"
#include "system/file_writer.hpp"
#include "system/files.hpp"

namespace dtest::history {
namespace {

constexpr base::Duration kPause = std::chrono::milliseconds(500);
constexpr std::size_t kMuch = 64U << 10U;      // bytes that do not wait for the pause
constexpr std::size_t kMostKept = 64U << 20U;  // bytes, while the disk does not keep up
constexpr std::size_t kMostWaiting = 4;        // jobs
constexpr std::uint64_t kShare = 4;            // a run may take a quarter of what all may

}  // namespace

/// Shared with the jobs. All but the warning belongs to the background thread.
struct RunLog::State {
  std::string dir, runs, run;
  Keep keep;
  system::UniqueFd fd;
  Gzip gzip;
  std::uint64_t bytes = 0;
  bool broken = false;
  mutable std::mutex mutex;
  std::string warning;

  void begin(const std::string& meta);
  void append(const std::string& text);
  void end(const std::string& meta);
  void write(const std::string& bytes);
  void give_up(const std::string& why);
  template <class Work> void attempt(Work work);
};

// Whatever goes wrong is told once, and the run is left alone from then on.
template <class Work> void RunLog::State::attempt(Work work) {
  if (broken) return;
  try {
    work();
  } catch (const std::exception& error) {
    give_up(error.what());
  }
}

void RunLog::State::give_up(const std::string& why) {
  broken = true;
  fd.reset();
  const std::scoped_lock lock(mutex);
  if (warning.empty()) warning = "this run is not kept whole, dtest show will not have all of it: " + why;
}

void RunLog::State::begin(const std::string& meta) {
  attempt([&] {
    const std::string path = dir + "/" + kLogName;
    fd.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
      throw std::runtime_error(path + ": " + std::generic_category().message(errno));
    system::write_atomic(dir + "/" + kMetaName, meta, 0600);
  });
}

void RunLog::State::append(const std::string& text) {
  attempt([&] { write(gzip.flush(text)); });
}

void RunLog::State::write(const std::string& packed) {
  bytes += packed.size();
  if (bytes > keep.bytes / kShare)
    throw std::runtime_error(fmt::format("its events take more than a quarter of keep.size ({} bytes)", keep.bytes));
  if (const int error = system::write_all(fd.get(), packed); error != 0)
    throw std::runtime_error(dir + ": " + std::generic_category().message(error));
}

void RunLog::State::end(const std::string& meta) {
  attempt([&] { write(gzip.finish()); });
  const bool was_broken = std::exchange(broken, false);
  attempt([&] {
    struct stat info {};
    if (::stat(dir.c_str(), &info) == 0) system::write_atomic(dir + "/" + kMetaName, meta, 0600);
    fd.reset();
    keep_only(runs, run, keep);
  });
  broken = broken || was_broken;
}

RunLog::RunLog(Setting setting, collector::StreamInfo info, system::BackgroundWriter& writer)
    : setting_(std::move(setting)), info_(std::move(info)), writer_(writer), fold_(info_.run, setting_.whole, setting_.parts) {
  if (setting_.runs.empty()) return;
  state_ = std::make_shared<State>();
  state_->runs = setting_.runs;
  state_->run = info_.run;
  state_->dir = setting_.runs + "/" + info_.run;
  state_->keep = setting_.keep;
  state_->attempt([&] { make_parents(state_->dir + "/x"); });
}

void RunLog::on_event(const collector::Envelope& envelope) {
  if (state_ == nullptr) return;
  try {
    fold_.take(envelope);
    if (lines_.size() > kMostKept) {
      ++dropped_;
      return;
    }
    lines_ += collector::to_json_line(envelope, info_);
    lines_ += '\n';
  } catch (const std::exception&) {  // no memory: what is kept is the first thing to do without
    ++dropped_;
  }
}

void RunLog::open() {
  opened_ = writer_.offer([state = state_, meta = to_json(fold_.meta())] { state->begin(meta); });
}

bool RunLog::hand_on() {
  auto text = std::make_shared<std::string>(std::move(lines_));
  lines_.clear();
  const std::size_t size = text->size();
  if (writer_.offer([state = state_, text] { state->append(*text); }, size)) return true;
  lines_ = std::move(*text);
  return false;
}

void RunLog::pump(base::Instant now) {
  if (state_ == nullptr || lines_.empty() || (now < next_ && lines_.size() < kMuch)) return;
  if (writer_.waiting() >= kMostWaiting) return;
  if (!opened_) open();
  if (opened_ && hand_on()) next_ = now + kPause;
}

void RunLog::finish() {
  if (state_ == nullptr) return;
  if (!opened_) open();
  if (!lines_.empty() && !hand_on()) ++dropped_;
  writer_.offer([state = state_, meta = to_json(fold_.meta())] { state->end(meta); });
}

std::string RunLog::path() const {
  return state_ == nullptr || !warning().empty() ? "" : state_->dir + "/" + kLogName;
}

std::string RunLog::warning() const {
  if (state_ == nullptr) return {};
  const std::scoped_lock lock(state_->mutex);
  if (!state_->warning.empty() || dropped_ == 0) return state_->warning;
  return fmt::format("this run is not kept whole: {} are missing in {}, the disk is slower than the run",
                     base::plural(dropped_, "event"), state_->dir);
}

}  // namespace dtest::history
