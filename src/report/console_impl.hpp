// The inside of Console: one `on` per kind of event that is shown. Used by console*.cpp only.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "report/console.hpp"
#include "report/countdown.hpp"
#include "report/failures.hpp"
#include "report/heartbeat.hpp"
#include "report/live_block.hpp"
#include "report/look.hpp"
#include "report/node_rates.hpp"
#include "report/outgrown.hpp"
#include "report/progress.hpp"
#include "report/repetition.hpp"
#include "report/slow_list.hpp"
#include "report/summary.hpp"

namespace dtest::report {

class Console::Impl {
 public:
  Impl(ConsoleOptions options, Screen& screen);
  void on_event(const collector::Envelope& envelope);
  void tick(base::Instant now);
  void resize(std::size_t width, std::size_t height);

 private:
  template <class T> void on(const T& /*not shown*/) {}
  void on(const collector::RunStart& e);
  void on(const collector::RunPlan& e);
  void on(const collector::RunProgress& e);
  void on(const collector::RunCancel& e);
  void on(const collector::RunKill& e);
  void on(const collector::RunEnd& e);
  void on(const collector::NodeJoin& e);
  void on(const collector::NodeLost& e);
  void on(const collector::NodeLeave& e);
  void on(const collector::NodeSync& e);
  void on(const collector::NodeSetup& e);
  void on(const collector::RunnerStart& e);
  void on(const collector::RunnerReady& e);
  void on(const collector::RunnerCrash& e);
  void on(const collector::RunnerEnd& e) { outgrown_.add(e); }
  void on(const collector::RunnerSuspect& e);
  void on(const collector::FileStart& e);
  void on(const collector::FileEnd& e);
  void on(const collector::FileRequeue& e);
  void on(const collector::FileLoadError& e);
  void on(const collector::FileChanged& e) { changed_.push_back(e); }
  void on(const collector::TestEnd& e);
  void on(const collector::TestRetry& e);
  void on(const collector::TestError& e);
  void on(const collector::LogLine& e);

  void print(const Lines& lines);
  void note(std::string_view label, Colour colour, const std::string& text);
  void add_failure(Failure failure);
  void show_file(const collector::FileEnd& e);
  [[nodiscard]] const collector::RunnerCrash* crash_at(const std::string& path) const;
  void print_output(const std::string& bytes, std::size_t most);
  [[nodiscard]] std::string waiting() const;
  [[nodiscard]] LiveFacts facts();
  [[nodiscard]] bool quiet() const { return options_.format == Format::quiet; }
  void draw(base::Instant now);
  void beat();
  void tell_slow();

  ConsoleOptions options_;
  Screen& screen_;
  Look look_;
  Progress progress_;
  Countdown countdown_;
  Heartbeat heartbeat_;
  Failures failures_;
  Repetition repetition_;
  collector::Manner manner_;
  SlowList slow_files_, slow_tests_;
  std::vector<FlakyTest> flaky_;
  std::vector<collector::FileChanged> changed_;
  Outgrown outgrown_;
  NodeRates rates_;
  std::map<std::string, collector::RunnerCrash> crashes_;  // the last at each file
  std::set<std::string> explained_;  // files whose crash was told when they were requeued
  struct Retried {
    std::string why;            // it was tried again
    std::uint32_t failure = 0;  // its number before; 0: it had none
  };
  std::map<std::string, Retried> retries_;                 // by path, or path and id
  std::vector<collector::NodeJoin> nodes_;
  std::set<std::string> told_;                             // log lines, each once
  std::set<std::pair<std::string, double>> slow_;          // files, and since when: told to be slow
  double next_slow_ = 0;                                   // the next of them can be told from then on
  std::optional<std::int64_t> seed_;
  std::set<std::pair<std::string, std::uint32_t>> up_;     // runners that booted
  std::set<std::string> copying_;  // nodes to which the project is on its way
  std::map<std::pair<std::string, std::uint32_t>, std::string> hooks_;  // that run: of which runner
  std::size_t hook_failures_ = 0;
  std::map<std::string, std::string> unable_;              // nodes that could not start, and why
  std::uint32_t runners_ = 0;
  double elapsed_ = 0;                                     // of the newest event, carried on by ticks
  std::optional<double> offset_;                           // elapsed minus the ticks' clock
  base::Instant next_frame_{};
  std::map<std::string, std::pair<std::size_t, std::uint32_t>> errors_;  // headline: how often, first number
  bool ended_ = false, stopping_ = false;
  bool blank_ = true;                                      // the last line printed was
};

}  // namespace dtest::report
