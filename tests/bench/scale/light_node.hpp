// A node without processes: it speaks the protocol as a broker does, and its owner says when a job is done.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codec.hpp"

namespace dtest::bench {

/// An item under way at a runner of a node.
struct Job {
  base::Slot slot;
  base::ItemId item;
  base::Attempt attempt;
  std::string path;
};

/// What a node wants done: frames to be published, in order, and jobs that have begun.
struct Says {
  std::vector<std::string> frames;
  std::vector<Job> begun;
};

/// Pure. Its messages are those of doc/protocol.md, with one passed example a file. What it does not do: boot, fail, give
/// items back; a cancel without `kill` changes nothing, for its jobs end soon.
class LightNode {
 public:
  struct Setting {
    std::uint64_t epoch = 1;
    std::uint32_t runners = 16;
    std::uint32_t ahead = 1;                    ///< items beyond one a runner
    const std::vector<std::string>* files = nullptr;  ///< the plan that it tells; null: it tells none
  };
  explicit LightNode(Setting setting) : setting_(setting) {}

  /// A frame of the work pipe.
  void hear(std::string_view frame, Says& says);
  /// The job's runner is done with it, after so long; the next one that waits begins.
  void end(const Job& job, base::Duration took, Says& says);
  /// Publishes what was reported since.
  void flush(Says& says);
  void beat(Says& says);
  [[nodiscard]] bool open() const { return number_.value > 0; }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void hear(const protocol::Hello& hello, Says& says);
  void hear(protocol::ItemWork work, Says& says);
  void hear(const protocol::Ping& ping, Says& says);
  void close();
  void tell_plan();
  void begin(Says& says);
  void report(const protocol::Body& body);
  void publish(std::uint64_t first, Says& says);
  [[nodiscard]] protocol::NodeHeader header() const;

  Setting setting_;
  base::SessionNumber number_{0};
  base::BeatNumber beat_{0};
  std::uint64_t accepted_ = 0, finished_ = 0, acknowledged_ = 0, published_ = 0;
  std::deque<std::string> outbox_;              ///< bodies above acknowledged_
  std::deque<protocol::ItemWork> waiting_;
  std::vector<base::Slot> free_;
  bool closed_ = false;
};

}  // namespace dtest::bench
