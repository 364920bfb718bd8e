// What `dtest list` hears: files and their examples, as the framework would run them.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "collector/verdict.hpp"
#include "master/listener.hpp"
#include "master/master.hpp"

namespace dtest::cli {

/// Pure. Gathers; the command prints.
class Listing final : public master::Listener {
 public:
  struct File {
    std::string path;
    std::vector<protocol::ListedExample> examples;
    std::string error;  ///< why it has none: it did not load
  };

  void on_node_joined(const std::string&, base::Instant) override {}
  void on_node_gone(const std::string&, const std::string&, std::uint64_t, bool, base::Instant) override {}
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) override;
  void on_report(const std::string& node, const protocol::Body& body, base::Instant now) override;
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override;

  /// Nothing more is wanted: what a boot process says while it is ended, from here on, is not heard.
  void close() { open_ = false; }

  /// What is listed of the plan, in this order; without it all of the plan's files.
  void choose(const std::vector<master::PlannedItem>& items);
  [[nodiscard]] const std::vector<File>& files() const { return files_; }
  [[nodiscard]] const std::vector<std::string>& notices() const { return notices_; }
  [[nodiscard]] const std::optional<collector::Obstacle>& obstacle() const { return obstacle_; }
  /// Its version; empty before the plan.
  [[nodiscard]] const std::string& ruby() const { return ruby_; }
  [[nodiscard]] std::size_t errors() const { return errors_; }

 private:
  std::string ruby_;
  std::vector<File> files_;  // by number of the item
  std::vector<std::string> notices_;
  std::optional<collector::Obstacle> obstacle_;
  std::size_t errors_ = 0;
  bool open_ = true;
};

}  // namespace dtest::cli
