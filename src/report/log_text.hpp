// The log of a run: what Ruby, hooks, rsync and nodes had to say, in order of time. Pure.
#pragma once
#include <map>
#include <string>
#include <utility>

#include "collector/event.hpp"

namespace dtest::report {

/// Each line bears seconds since the run's start, the node, and the runner ("boot" is the process that loads the
/// project). Colours and control characters are not let through.
class LogText {
 public:
  /// `node`: only what comes from there; empty: everything.
  explicit LogText(std::string node = "") : node_(std::move(node)) {}

  /// The lines of one event, each with its end; mostly none.
  std::string take(const collector::Envelope& envelope);

 private:
  using Key = std::pair<std::string, std::uint32_t>;
  void say(const std::string& node, const std::string& who, std::string_view text);
  void print(const Key& place, const collector::Output& output);
  void finish_line(const Key& place);

  void on(const collector::RunStart& e);
  void on(const collector::RunEnd& e);
  void on(const collector::NodeJoin& e) { say(e.name, "", "takes part"); }
  void on(const collector::NodeLost& e) { say(e.name, "", "lost: " + e.reason); }
  void on(const collector::NodeLeave& e) { say(e.name, "", e.reason.empty() ? "leaves" : "leaves: " + e.reason); }
  void on(const collector::NodeSync& e);
  void on(const collector::NodeSetup& e);
  void on(const collector::RunnerStart& e);
  void on(const collector::RunnerCrash& e);
  void on(const collector::RunnerEnd& e);
  void on(const collector::FileStart& e);
  void on(const collector::OutChunk& e) { print({e.place.node, e.place.runner}, e.output); }
  void on(const collector::LogLine& e) { say(e.node, "", e.level + ": " + e.text); }
  template <class Other> void on(const Other& /*unused*/) {}

  std::string node_;
  std::map<Key, std::string> begun_;  ///< lines that have no end yet
  double elapsed_ = 0;
  std::string began_;
  std::string text_;
};

}  // namespace dtest::report
