// What each runner did, and when: the spans of a record.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "report/run_record.hpp"

namespace dtest::report {

/// A lane is a runner of a node; lane 0 is the node itself (its hook, its boot process). At most one span of a lane is
/// open. Instants are seconds since the run began and never go back.
class Timeline {
 public:
  /// Index of a file of the record.
  using Index = std::function<std::size_t(const std::string& path)>;

  template <class T> void on(const T& /*no span*/, double /*now*/, const Index& /*unused*/) {}
  void on(const collector::NodeJoin& e, double now, const Index& index);
  void on(const collector::NodeLost& e, double now, const Index& index);
  void on(const collector::NodeSync& e, double now, const Index& index);
  void on(const collector::NodeSetup& e, double now, const Index& index);
  void on(const collector::RunnerStart& e, double now, const Index& index);
  void on(const collector::RunnerReady& e, double now, const Index& index);
  void on(const collector::RunnerCrash& e, double now, const Index& index);
  void on(const collector::RunnerEnd& e, double now, const Index& index);
  void on(const collector::FileStart& e, double now, const Index& index);
  void on(const collector::FileEnd& e, double now, const Index& index);
  void on(const collector::FileRequeue& e, double now, const Index& index);
  void on(const collector::TestEnd& e, double now, const Index& index);

  /// All of them; what is open ends now.
  [[nodiscard]] std::vector<Span> spans(double now) const;

 private:
  using Lane = std::pair<std::string, std::uint32_t>;
  struct State {
    std::size_t span = 0;   // the last one
    bool open = false;
    double seen = 0;        // the last sign of it
  };

  Span* open(const collector::Place& place);
  Span& begin(const collector::Place& place, Span::Kind kind, double now);
  void end(const collector::Place& place, double now);
  Span* last_file(const collector::Place& place, std::size_t file, std::uint32_t item, std::uint32_t attempt);

  std::vector<Span> spans_;
  std::map<Lane, State> lanes_;
};

}  // namespace dtest::report
