// One run of a real master::Master with light nodes in virtual time; what the master takes is metered.
#pragma once
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "collector/collector.hpp"
#include "light_node.hpp"
#include "master/master.hpp"
#include "meter.hpp"

namespace dtest::bench {

struct Scene {
  std::uint32_t nodes = 10, runners = 16;
  std::uint64_t files = 10'000;
  bool account = false;                         ///< the real collector listens; else nobody
  base::Duration mean = std::chrono::seconds(1);  ///< of a file, exponential
  std::uint64_t seed = 1;
};

struct Figures {
  double decode_us = 0, master_us = 0;          ///< CPU; the master's with its timers and what it encodes
  std::uint64_t turns = 0;                      ///< frames heard and timers
  std::size_t planned_bytes = 0, most_bytes = 0;  ///< of heap since every node was there: once planned, and most
  base::Duration took{};                        ///< virtual
  std::string verdict;                          ///< with an account: of the run's end
  double end_us = 0;                            ///< likewise: CPU of the end, with the audit
};

class VirtualRun final : public master::Listener {
 public:
  explicit VirtualRun(Scene scene);
  ~VirtualRun() override;
  /// Throws std::runtime_error when a file has no accepted end, or two, or the run comes to no end.
  Figures play();

 private:
  enum class Kind : std::uint8_t { to_node, to_master, beat, done };
  struct Event {
    base::Instant at;
    std::uint64_t number = 0;
    std::uint32_t node = 0;
    Kind kind = Kind::beat;
    std::string frame;
    Job job;
    base::Duration took{};
  };
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.number > b.number;
  }
  void push(Event event);
  Event pop();
  void happen(Event event);
  void settle(std::uint32_t node, Says& says);
  void master_hears(const Event& event);
  void tick();
  void answer_plan();
  void perform(const master::Actions& actions);
  base::Duration draw();

  void on_node_joined(const std::string& node, base::Instant now) override;
  void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant now) override;
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) override;
  void on_report(const std::string& node, const protocol::Body& body, base::Instant now) override;
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override;

  Scene scene_;
  std::mt19937_64 random_;
  base::Instant now_{std::chrono::seconds(1000)};
  std::vector<std::string> files_;
  std::vector<std::string> names_;
  std::vector<LightNode> nodes_;
  std::vector<Event> events_;                   // a heap
  std::uint64_t number_ = 0;
  std::unique_ptr<collector::Collector> account_;
  std::unique_ptr<master::Master> master_;
  base::Instant deadline_ = base::kNever;
  bool plan_came_ = false;
  std::uint64_t joined_ = 0, accepted_ = 0;
  std::size_t before_ = 0;
  std::vector<bool> ended_;
  Meter decoding_, deciding_;
  Figures figures_;
};

}  // namespace dtest::bench
