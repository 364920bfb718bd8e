#include "history/timing_store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <utility>

#include "base/text.hpp"
#include "history/location.hpp"
#include "history/prune.hpp"
#include "history/schema.hpp"
#include "history/set_aside.hpp"
#include "history/table_writer.hpp"

namespace dtest::history {
namespace {

/// A pipe or a device in the place of the database would hang the thread.
void refuse_special_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) throw std::runtime_error("not a regular file");
}

}  // namespace

TimingStore::TimingStore(std::string path, std::string project_dir)
    : path_(std::move(path)), project_dir_(std::move(project_dir)), enabled_(!path_.empty()) {}

std::string TimingStore::warning() const {
  const std::lock_guard lock(warning_mutex_);
  return warning_;
}

void TimingStore::warn(const std::string& text) {
  const std::lock_guard lock(warning_mutex_);
  if (warning_.empty()) warning_ = text;
}

void TimingStore::add(FileTiming file) {
  if (!enabled_) return count_dropped();
  pending_.push_back(std::move(file));
  if (pending_.size() > kMostPending) {
    pending_.pop_front();
    count_dropped();
  }
  if (std::chrono::steady_clock::now() >= not_before_) write_pending(kLockWait);
}

void TimingStore::finish(base::WallTime now) {
  if (enabled_ && !pending_.empty()) write_pending(kLastLockWait);
  if (!pending_.empty()) {
    warn(fmt::format("the times of {} were not stored: another run holds {}",
                     base::plural(pending_.size(), "file"), path_));
    count_dropped(pending_.size());
    pending_.clear();
  }
  // Without the project's directory (unmounted, removed) every file would look vanished.
  if (!enabled_ || !database_ || ::access(project_dir_.c_str(), X_OK) != 0) return;
  try {
    prune(*database_, now.us,
          [&](const std::string& path) { return ::access((project_dir_ + "/" + path).c_str(), F_OK) == 0; });
  } catch (const std::exception&) {
    // What could not be forgotten today is forgotten another day.
  }
}

void TimingStore::write_pending(base::Duration lock_wait) {
  for (int tries = 0; tries < 2 && enabled_ && !pending_.empty(); ++tries) {
    try {
      return attempt(lock_wait);
    } catch (const SqliteError& error) {
      if (error.is_busy()) {
        not_before_ = std::chrono::steady_clock::now() + kLockPause;
        return;
      }
      if (!error.is_damaged() || tries > 0) return give_up(error.what());
      recover(error);
    } catch (const std::exception& error) {
      return give_up(error.what());
    }
  }
}

void TimingStore::attempt(base::Duration lock_wait) {
  if (!database_) open();
  database_->busy_timeout(lock_wait);
  Transaction transaction(*database_);
  {
    // Statements end before the transaction does.
    TableWriter writer(*database_);
    for (const auto& file : pending_) writer.write(file);
  }
  transaction.commit();
  pending_.clear();
}

void TimingStore::open() {
  make_parents(path_);
  refuse_special_file(path_);
  if (const auto said = set_aside(path_, suspect_.exchange(false)); !said.empty()) warn(said);
  Database database(path_, Database::Mode::create);
  database.busy_timeout(kLockWait);
  prepare(database);
  database_.emplace(std::move(database));
}

void TimingStore::recover(const SqliteError& error) {
  database_.reset();
  try {
    const auto said = set_aside(path_, true);
    warn(said.empty() ? std::string(error.what()) : said);
  } catch (const std::exception& problem) {
    give_up(problem.what());
  }
}

void TimingStore::give_up(const std::string& why) {
  warn(fmt::format("no times are stored from here on: {}: {}", path_, why));
  disable();
  database_.reset();
  count_dropped(pending_.size());
  pending_.clear();
}

}  // namespace dtest::history
