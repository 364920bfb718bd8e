// Plays scripted reports to a collector and keeps the events. One node "n1" with two runners unless told otherwise.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collector/collector.hpp"

namespace dtest::collector {

inline base::Instant at(double secs) { return base::Instant(base::from_seconds(secs)); }

class Recorder : public EventSink {
 public:
  void on_event(const Envelope& envelope) override { events.push_back(envelope); }
  /// Those of one kind, in order.
  template <class T> [[nodiscard]] std::vector<T> of() const {
    std::vector<T> found;
    for (const Envelope& e : events) {
      if (const T* event = std::get_if<T>(&e.event)) found.push_back(*event);
    }
    return found;
  }
  [[nodiscard]] std::vector<std::string> kinds() const;

  std::vector<Envelope> events;
};

/// How an attempt ends.
struct AttemptEnd {
  protocol::Outcome outcome = protocol::Outcome::done;
  std::optional<std::uint32_t> running;
  master::Decision decision = master::Decision::accepted;
  std::uint32_t attempt = 1;
  std::string why;
  double secs = 1;
};

class Script {
 public:
  explicit Script(Settings settings = {}) : collector(std::move(settings), {&recorder}) {}

  /// Begun, one node, two runners, these files planned.
  void up(const std::vector<std::string>& files, double expect_secs = 1);
  void start(std::uint32_t item, std::uint32_t attempt = 1, std::uint32_t slot = 1, const std::string& node = "n1");
  /// Ids are "PATH[1]", "PATH[2]", ...; lines 10, 20, ...
  void list(std::uint32_t item, std::vector<std::uint32_t> examples, std::uint32_t attempt = 1, bool more = false);
  void verdict(std::uint32_t item, std::uint32_t example, const std::string& status = "passed",
               std::uint32_t attempt = 1);
  void outside(std::optional<std::uint32_t> item, std::uint32_t attempt = 1);
  void over(std::uint32_t item, const AttemptEnd& end = {});
  /// A whole attempt at `item`, everything passed.
  void pass(std::uint32_t item, std::uint32_t examples, std::uint32_t attempt = 1);
  RunEnd finish(const Ending& ending = {}) { return collector.finish(ending, at(now)); }

  [[nodiscard]] std::string id(std::uint32_t item, std::uint32_t example) const;
  [[nodiscard]] std::vector<std::string> notices() const;
  /// What is wrong with the stream that was told, by the reckoning of `dtest events --verify`.
  [[nodiscard]] std::vector<std::string> violations() const;

  Recorder recorder;
  Collector collector;
  std::vector<std::string> paths;
  double now = 0;
};

}  // namespace dtest::collector
