// The search of `dtest bisect`: which of the files before a failure make it fail.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "cli/trials.hpp"
#include "collector/event.hpp"
#include "history/symptom.hpp"

namespace dtest::cli {

struct BisectQuestion {
  std::string name;                 ///< RUN:N, with the id as short as it can be
  history::Symptom symptom;
  std::vector<std::string> before;  ///< each file once, in the order in which they began
  collector::Place place;           ///< where it failed
  std::uint32_t runners = 1;        ///< numbers that runners had in that run, from 1
};

/// not_again: with all of the files before it it passes. not_always: the smallest set passed when it was tried again.
enum class BisectVerdict : std::uint8_t { found, alone, not_again, not_always, stopped };

struct BisectAnswer {
  BisectVerdict verdict = BisectVerdict::stopped;
  std::vector<std::string> files;   ///< the smallest set that is known to make it fail
  std::size_t tries = 0;
  std::size_t otherwise = 0;        ///< tries in which it failed in another way
  double secs = 0;
  int signal = 0;                   ///< that stopped it, or 0
};

/// Makes tries, `width` at a time, and says on standard error what comes of them. Throws base::Error when a try cannot
/// be made.
BisectAnswer bisect(const BisectQuestion& question, const std::string& program, const std::string& directory,
                    std::size_t width);

}  // namespace dtest::cli
