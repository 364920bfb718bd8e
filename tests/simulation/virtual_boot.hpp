// A boot process: plans, loads, forks runners.
#pragma once
#include <cstddef>
#include <set>
#include <string>

#include "virtual_process.hpp"

namespace dtest::simulation {

class VirtualBoot final : public VirtualProcess {
 public:
  using VirtualProcess::VirtualProcess;
  void begin() override;
  void hear(const protocol::LocalWork& work) override;

 private:
  void boot(const protocol::BootWork& work);
  void plan();
  void load(std::size_t file);
  void loaded();
  void fork(const protocol::ForkWork& work);

  std::set<std::string> deferred_;
  bool deaf_ = false;
};

}  // namespace dtest::simulation
