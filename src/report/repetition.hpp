// How a failure is had again exactly: what its runner ran before it, in the same process, comes with it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "report/failure.hpp"

namespace dtest::report {

class Repetition {
 public:
  /// `kept_as`: what the stored run is called; empty: it is not stored, and nothing can be had again.
  explicit Repetition(std::string kept_as) : kept_as_(std::move(kept_as)) {}

  void begin(const collector::Manner& manner) { manner_ = manner; }
  void take(const collector::FileStart& event);
  /// The file is what the runner there was given last.
  [[nodiscard]] bool runs(const collector::Place& place, const std::string& path) const;
  /// Fills in the failure's command, once it has its number, where its runner is known to run its file.
  void name(Failure& failure) const;
  /// "dtest reproduce b0b3:2".
  [[nodiscard]] std::string command(std::uint32_t number) const;

 private:
  struct Open {
    std::string path;
    std::uint64_t position = 0;  ///< of the files of its process, from 1
  };
  std::string kept_as_;
  collector::Manner manner_;
  std::map<std::pair<std::string, std::uint32_t>, Open> open_;  ///< by node and runner: the file that began last
};

/// {"dtest", "reproduce", "b0b3:2"}, in the directory of that run: how else it ran is known from the stored run.
std::vector<std::string> repetition_command(const std::string& run, std::uint32_t number,
                                            const collector::Manner& manner);

/// "1st", "2nd", "12th".
std::string ordinal(std::uint64_t number);

}  // namespace dtest::report
