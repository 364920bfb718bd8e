// A stored run in short: what lists of runs need without reading events. See doc/runs.md.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collector/event.hpp"

namespace dtest::history {

/// A bad or a flaky example, or a bad file (`id` empty).
struct Noted {
  std::uint32_t failure = 0;  ///< its number in the run; 0: flaky
  collector::Status status = collector::Status::failed;  ///< of a flaky one: before it passed
  std::string path;           ///< may be empty: an error outside files
  std::uint32_t line = 0;
  std::string id, name;       ///< of an error outside examples: where it was raised
  collector::Place place;     ///< where it was bad
  friend bool operator==(const Noted& a, const Noted& b) {
    return a.failure == b.failure && a.path == b.path && a.id == b.id;
  }
};

struct RunMeta {
  static constexpr std::size_t kMostNoted = 1000;

  std::string run;              ///< 32 hexadecimal digits
  collector::RunStart start;
  bool whole = false;           ///< no part of the project's tests was chosen
  bool parts = false;           ///< only some examples of its files were chosen
  std::int64_t started_us = 0;
  std::string framework, ruby;  ///< empty before the plan
  std::optional<std::int64_t> seed;
  std::uint32_t runners = 0;
  std::uint64_t files = 0;
  std::int64_t ended_us = 0;    ///< 0: no run.end yet
  std::string verdict, reason;
  int exit_code = 0;
  collector::Counts counts;
  double secs = 0;
  std::optional<double> expect_secs;
  std::uint64_t not_run = 0;
  std::vector<Noted> bad, flaky;

  [[nodiscard]] bool ended() const { return ended_us != 0; }
  /// Every test of the project has a verdict.
  [[nodiscard]] bool complete() const { return whole && ended() && not_run == 0 && verdict != "error"; }
};

std::string to_json(const RunMeta& meta);
/// Nothing when it is no meta of this version. Never throws.
std::optional<RunMeta> meta_from_json(std::string_view text);

/// Folds events into a meta.
class MetaFold {
 public:
  explicit MetaFold(std::string run, bool whole = false, bool parts = false) {
    meta_.run = std::move(run);
    meta_.whole = whole;
    meta_.parts = parts;
  }
  void take(const collector::Envelope& envelope);
  /// Bad and flaky ones by path and line.
  [[nodiscard]] RunMeta meta() const;
  /// As `bad` of the meta, without its limit.
  [[nodiscard]] std::vector<Noted> all_bad() const;

 private:
  using Example = std::pair<std::string, std::string>;  ///< path, id
  struct Bad {
    Noted noted;
    std::uint32_t item = 0, attempt = 0;  ///< attempt 0: never void
  };
  struct Before {
    collector::Status status = collector::Status::failed;
    collector::Place place;
  };

  void note(Noted noted, std::uint32_t item, std::uint32_t attempt);
  void on(const collector::RunStart& event, std::int64_t ts);
  void on(const collector::RunPlan& event);
  void on(const collector::TestEnd& event);
  void on(const collector::TestRetry& event);
  void on(const collector::FileEnd& event);
  void on(const collector::FileRequeue& event);
  void on(const collector::RunEnd& event, std::int64_t ts);

  RunMeta meta_;
  std::vector<Bad> bad_;
  std::map<Example, Before> before_;                      ///< bad tries of examples, the first of each
  std::map<std::string, Before> crashed_;                 ///< attempts at files that were void
  std::map<Example, Noted> flaky_;
};

}  // namespace dtest::history
