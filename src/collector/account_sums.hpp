// The sums at the end of a stored stream: what was told of examples, files and the run must be one account.
#pragma once
#include <cstdint>

#include "collector/try_record.hpp"
#include "collector/violation.hpp"

namespace dtest::collector {

struct AccountSums {
  struct Told {
    Tally counts;                         ///< of run.end
    std::uint64_t files = 0, outside = 0;
    std::uint64_t outside_of_none = 0;    ///< errors that belong to no attempt
  };
  const FileRecords& files;
  const Tries& tries;
  const Retries& retries;
  Violations& violations;

  /// Every planned file has an outcome, every try an end, every example of a file one final verdict.
  void check_outcomes() const;
  /// What each retry was for has a verdict by the item that it names, or was not run.
  void check_retries() const;
  /// Counts, status and attempt of each file.end.
  void check_files() const;
  void check_run(std::uint64_t line, const Told& told) const;

 private:
  void check_try(const TryKey& key, const TryRecord& record) const;
  [[nodiscard]] bool came_of(const RetryRecord& retry, std::uint64_t next) const;
  void check_file(const std::string& path, const FileRecord& file, const Tally& seen) const;
  void check_status(const std::string& path, const FileRecord& file, std::uint64_t errors_outside) const;
  void check_last(const std::string& path, const FileRecord& file) const;
};

}  // namespace dtest::collector
