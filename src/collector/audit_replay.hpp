// One item of a run, accounted for once more from the raw record. Deliberately naive: a map of what each example came
// to. It shares nothing with the ledger. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "collector/event.hpp"
#include "collector/journal.hpp"

namespace dtest::collector {

class AuditReplay {
 public:
  void take(const Fact& fact);
  /// It is the retry of what another one handed.
  void retry_of(const AuditReplay& other);
  /// No further fact comes.
  void finish();

  [[nodiscard]] bool planned() const { return planned_; }
  /// Something of it counts; else it, as a whole, was not run.
  [[nodiscard]] bool ran() const { return ran_; }
  /// It is in the list of what was not run, not by the names of its examples.
  [[nodiscard]] bool whole_not_run() const { return !ran_ || cut_off_; }
  [[nodiscard]] bool has_retries() const { return !handed_.empty(); }
  [[nodiscard]] std::uint64_t path() const { return path_; }
  [[nodiscard]] std::uint64_t outside() const { return outside_; }
  [[nodiscard]] std::uint64_t test_ends() const { return test_ends_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  using Example = std::uint64_t;
  /// What attempts before said of an example.
  struct Word {
    std::optional<Status> last;
    bool was_bad = false;  ///< before the last one
  };
  /// What an attempt comes to: of no example, if it was not run; and of the item itself.
  struct End {
    std::map<Example, std::optional<Status>> examples;
    std::optional<Status> own;
  };
  void begin(std::uint32_t number);
  void count_verdict(const Fact& fact);
  [[nodiscard]] End end(const Fact& fact) const;
  [[nodiscard]] bool nothing_said() const;
  void give_up(const Fact& fact);
  void conclude(const Fact& fact);
  void say(Example example, std::optional<Status> status);
  void count(Example example, std::optional<Status> status);
  void count_word(const Word& word);
  void count_cut_off();
  void fall_back();

  bool planned_ = false, done_ = false, ran_ = false, cut_off_ = false;
  std::uint64_t path_ = 0;
  std::uint32_t attempt_ = 0;
  bool attempt_over_ = false, listed_all_ = false;
  std::map<Example, std::optional<Status>> examples_;  // of the attempt that is open
  std::uint64_t outside_ = 0;
  std::map<Example, Word> words_;
  bool unloaded_ = false;                              // in an attempt that is void
  bool void_cut_off_ = false;                          // the newest of those that said anything
  std::optional<Status> void_own_;                     // of the newest that ended by itself
  std::set<Example> handed_;                           // another item's business
  std::map<Example, Word> handed_words_;
  std::uint64_t test_ends_ = 0;
  Counts counts_;
};

}  // namespace dtest::collector
