// The stored runs of a project, and how a person names one.
#pragma once
#include <string>
#include <vector>

#include "history/keep.hpp"
#include "history/log_reader.hpp"
#include "history/run_meta.hpp"

namespace dtest::history {

struct StoredRun {
  std::string dir;
  RunMeta meta;
  bool live = false;  ///< it goes on
  [[nodiscard]] std::string log() const { return dir + "/" + kLogName; }
};

/// Reads the metas once. Of a run that was killed, so that its meta has no end, the events are read for what they say
/// of it.
class RunStore {
 public:
  /// `runs`: see runs_dir; a directory that is not there has no runs. Throws base::Error (config) when it cannot be
  /// read.
  explicit RunStore(const std::string& runs);

  /// Newest first.
  [[nodiscard]] const std::vector<StoredRun>& runs() const { return runs_; }
  /// By id or the beginning of it; "latest" or nothing; "latest~2", the second before the latest. Throws base::Error
  /// (usage) that lists what there is.
  [[nodiscard]] const StoredRun& find(const std::string& word) const;
  /// The id as short as it is told from the others, at least four digits.
  [[nodiscard]] std::string brief(const std::string& run) const;

 private:
  [[nodiscard]] const StoredRun& back(const std::string& word, std::size_t steps) const;
  [[nodiscard]] std::string some(const std::vector<const StoredRun*>& runs) const;

  std::vector<StoredRun> runs_;
};

/// Meta of a log, from its events.
RunMeta meta_of_log(const std::string& log, const std::string& run, bool whole);

}  // namespace dtest::history
