// Whether a run may begin: enough runners, or nobody left to wait for. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/time.hpp"
#include "protocol/report.hpp"

namespace dtest::cli {

/// Counts the runners that are ready, on all nodes together.
class StartGate {
 public:
  struct Setting {
    std::uint32_t runners = 0;  ///< so many at least; 0: as soon as there is a plan
    base::Duration wait{};      ///< for nodes and runners; 0: as long as one is on its way
  };
  enum class Says { wait, go, give_up, over };

  StartGate(Setting setting, base::Instant began) : setting_(setting), began_(began) {}

  void on_report(const std::string& node, const protocol::Body& body);
  void on_node_gone(const std::string& node) { up_.erase(node); }
  /// `planned`: it is known what is to be run. `on_the_way`: a node may still come, or is there and may get runners.
  /// Says go, or give_up, once and then over.
  Says ask(bool planned, bool on_the_way, base::Instant now);
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] std::uint32_t up() const;
  [[nodiscard]] const Setting& setting() const { return setting_; }
  [[nodiscard]] base::Instant deadline() const;

 private:
  Setting setting_;
  base::Instant began_;
  std::map<std::string, std::set<base::Slot>> up_;
  bool over_ = false;
};

}  // namespace dtest::cli
