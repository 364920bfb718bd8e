#include "virtual_hook.hpp"

namespace dtest::simulation {

void VirtualHook::begin() {
  if (shared_.random.chance(shared_.scenario.hook_hung)) {
    shared_.saw(Fault::hook_hung, slot().value);
    return;
  }
  bool fails = shared_.random.chance(shared_.scenario.hook_failed);
  later(shared_.some(500'000), [this, fails] {
    if (fails) shared_.saw(Fault::hook_failed, slot().value);
    die(fails ? "exit 1" : "exit 0");
  });
}

}  // namespace dtest::simulation
