// A set-up hook: takes its time and ends, well or badly.
#pragma once
#include "virtual_process.hpp"

namespace dtest::simulation {

/// Bears incarnation 0, which no boot process and no runner has.
class VirtualHook final : public VirtualProcess {
 public:
  VirtualHook(Shared& shared, ProcessHost& host, base::Slot slot)
      : VirtualProcess(shared, host, slot, kIncarnation) {}
  static constexpr base::Incarnation kIncarnation{0};

  void begin() override;
  void hear(const protocol::LocalWork& /*work*/) override {}
};

}  // namespace dtest::simulation
