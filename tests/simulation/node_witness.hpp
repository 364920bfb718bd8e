// Looks at a node's session and its runner slots before and after each step.
#pragma once
#include <cstdint>
#include <vector>

#include "broker/node.hpp"
#include "protocol/local.hpp"
#include "protocol/work.hpp"
#include "transitions.hpp"

namespace dtest::simulation {

/// What a step is about: of the session, and of the slot that it comes from (0: of none).
struct Cause {
  Occasion occasion = Occasion::time;
  std::uint32_t slot = 0;
};

Cause cause_of(const protocol::Work& work, const broker::Session* session, bool subscribed);
Cause cause_of(const protocol::LocalReport& report);
Cause cause_of(const broker::ProcessOver& over);
Cause cause_of(const broker::HookOver& over);

/// Whoever that process is, it was told to quit, and nobody was about to kill it, as all are when the session closes.
bool was_to_quit(const broker::Session& session, const broker::ProcessOver& over);
/// Runners leave, and all of them end now.
bool breaks_off(const broker::Session& session);
/// An error outside examples is among what is published.
bool tells_of_error(const broker::Actions& actions);

/// Of one node.
class NodeWitness {
 public:
  explicit NodeWitness(Transitions& seen) : seen_(seen) {}
  void before(const broker::Session* session);
  void after(const broker::Session* session, const Cause& cause, const broker::Actions& actions);

 private:
  [[nodiscard]] Occasion as_it_came(Occasion occasion) const;
  void slots(const broker::Session& session, const Cause& cause);

  Transitions& seen_;
  std::size_t state_ = 0;
  base::Epoch epoch_;
  std::vector<std::uint8_t> slots_;
};

}  // namespace dtest::simulation
