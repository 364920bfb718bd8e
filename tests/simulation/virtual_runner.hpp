// A runner: takes items and runs them, well or badly.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "virtual_process.hpp"

namespace dtest::simulation {

class VirtualRunner final : public VirtualProcess {
 public:
  using VirtualProcess::VirtualProcess;
  void begin() override;
  void hear(const protocol::LocalWork& work) override;
  void slept(base::Duration time) override { slept_ += time; }

 private:
  void ready();
  void run(const protocol::RunWork& work);
  void announce();
  void next_example();
  void ended_too_late(const std::string& id);
  void end_example(const std::string& id, base::Duration took);
  /// True: something bad is happening instead of the example.
  bool misfortune();
  void done(protocol::Outcome outcome);
  /// All that it runs now fails, and not because of the files.
  [[nodiscard]] bool is_sick() const {
    return simulation::is_sick(shared_.scenario, host_.node(), slot().value, incarnation().value);
  }
  void quit();
  void on_death() override;
  void on_condemned() override;

  std::optional<protocol::RunWork> work_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> newest_;  ///< item and attempt that it began last
  std::deque<protocol::RunWork> queue_;  ///< sent ahead, in its socket
  const VirtualFile* file_ = nullptr;
  std::vector<std::string> examples_;
  std::size_t next_ = 0;
  base::Duration slept_{};  ///< since the example began
};

}  // namespace dtest::simulation
