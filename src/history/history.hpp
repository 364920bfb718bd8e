// What earlier runs of a project taught, as a run sees it at its start.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "history/timing_store.hpp"
#include "schedule/estimate.hpp"

namespace dtest::history {

struct FileHistory {
  schedule::Past past;
  double cpu_secs = 0;          ///< weighted mean
  std::string status;           ///< of the last accepted or crashed attempt; empty: never any
  std::int64_t updated_us = 0;  ///< wall clock, since 1970
};

struct ExampleHistory {
  std::string id, name;
  FileHistory history;
};

struct SlowExample {
  std::string path;
  ExampleHistory example;
};

using Files = std::unordered_map<std::string, FileHistory>;  ///< by path relative to the project; for look-ups

/// Nothing here throws or fails a run: whatever is wrong becomes a warning and no history. Used on the loop's thread
/// before the run; reads with a connection of its own that is closed again.
class History {
 public:
  static constexpr base::Duration kLoadLimit = std::chrono::milliseconds(200);

  /// `state_home`: see location.hpp; empty: no history. Touches nothing yet.
  static History open(const std::string& state_home, const std::string& project_dir);

  /// All files. After `limit`, waiting for locks included, what has been read so far is what there is.
  Files load(base::Duration limit = kLoadLimit);
  /// The examples of one file, by id.
  std::vector<ExampleHistory> examples(const std::string& path, base::Duration limit = kLoadLimit);
  /// Those with the highest mean, highest first.
  std::vector<SlowExample> slowest_examples(std::size_t most, base::Duration limit = kLoadLimit);
  /// The first thing that went wrong, one sentence, here or while writing; empty while all is well.
  [[nodiscard]] std::string warning() const { return store_->warning(); }
  /// What a TimingRecorder writes to.
  [[nodiscard]] const std::shared_ptr<TimingStore>& store() const { return store_; }

 private:
  explicit History(std::shared_ptr<TimingStore> store) : store_(std::move(store)) {}
  std::shared_ptr<TimingStore> store_;
};

}  // namespace dtest::history
