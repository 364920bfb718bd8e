// What a stored stream tells of the tries at the files of a run, put together again.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dtest::collector {

/// Numbers of verdicts by their word; a word that is not known counts as error.
struct Tally {
  static constexpr std::array<std::string_view, 7> kWords{"passed",  "failed",    "pending", "error",
                                                          "crashed", "timed_out", "not_run"};
  std::array<std::uint64_t, kWords.size()> number{};
  std::uint64_t flaky = 0;

  static std::size_t index(std::string_view word) {
    for (std::size_t i = 0; i < kWords.size(); ++i)
      if (kWords[i] == word) return i;
    return 3;
  }
  static bool is_good(std::size_t index) { return index == 0 || index == 2; }
  static bool is_bad(std::size_t index) { return index == 1 || (index >= 3 && index <= 5); }
  std::uint64_t& operator[](std::string_view word) { return number[index(word)]; }
  void add(const Tally& other) {
    for (std::size_t i = 0; i < number.size(); ++i) number[i] += other.number[i];
    flaky += other.flaky;
  }
};

/// One try at an item. Attempt 0 is none: what was known before stands.
struct TryRecord {
  enum class State { open, accepted, voided };
  struct Verdict {
    std::size_t word = 0;
    bool flaky = false, retried = false;
  };
  State state = State::open;
  std::uint64_t line = 0;          ///< where it began
  std::string path;
  std::unordered_map<std::string, Verdict> verdicts;
  std::uint64_t load_errors = 0, errors_outside = 0;
  bool again = false;              ///< voided: another one was promised
  std::uint64_t announced = 0;     ///< voided: examples that it said it would run
  std::string running;             ///< voided: the example that its runner ended in
};

using TryKey = std::pair<std::uint64_t, std::uint64_t>;  // item, attempt
using Tries = std::map<TryKey, TryRecord>;

struct FileRecord {
  std::vector<TryKey> tries;
  std::uint64_t ended_at = 0;      ///< line of its file.end; 0: none
  Tally told;                      ///< by its file.end
  std::string status;              ///< by its file.end
  TryKey last;                     ///< by its file.end
  bool own_failure = false;
  std::uint64_t announced = 0;     ///< by its file.end: examples of its accepted tries
  std::set<std::string> ids_not_run;                      ///< in run.end's not_run, as these numbers are
  std::uint64_t examples_not_run = 0, whole_not_run = 0;
};
using FileRecords = std::map<std::string, FileRecord>;

/// A bad example that an item of its own is to try again.
struct RetryRecord {
  std::uint64_t line = 0;
  TryKey from;
  std::string path, id;
  bool untold = false;             ///< it had no verdict there
};
using Retries = std::multimap<std::uint64_t, RetryRecord>;  // by that item

}  // namespace dtest::collector
