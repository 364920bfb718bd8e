// What must hold in every world and after every step: twelve rules of the protocol, and four of this product.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace dtest::simulation {

enum class Rule : std::size_t {
  one_verdict,             ///< I1: each item and each example ends with exactly one verdict, or the run says why not
  window,                  ///< I2: a node never holds more items than its runners and its prefetch can take
  one_execution,           ///< I3: no item is executed twice at once
  bounded_memory,          ///< I4: outbox and what is kept for sending again are bounded
  monotone_numbers,        ///< I5: no number of a header or an acknowledgement falls, none is ahead of what was sent
  told_as_it_was,          ///< I6: nothing is told that no runner did: verdicts, outcomes, who was running
  repetition_is_harmless,  ///< I7: what comes twice or late changes nothing that was told
  progress,                ///< I8: as long as some node can be reached the run goes on, and ends
  nothing_left,            ///< I9: after the run no process and no session
  garbage_is_harmless,     ///< I10: what is no message changes nothing
  same_again,              ///< I11: the same seed gives the same, step for step
  timings_of_accepted,     ///< I12: timings are learned from accepted attempts only
  own_words,               ///< what one of the machines says, another understands
  project_is_served,       ///< hooks before the boot process; no two runners on one database
  breaker,                 ///< a runner that fails what others do not drains no queue
  named_slots,             ///< what only some slots may run begins on one of those alone
  kCount
};

constexpr std::array<std::string_view, static_cast<std::size_t>(Rule::kCount)> kRuleNames{"I1 one verdict",
                                                                                          "I2 window",
                                                                                          "I3 one execution",
                                                                                          "I4 bounded memory",
                                                                                          "I5 monotone numbers",
                                                                                          "I6 told as it was",
                                                                                          "I7 repetition is harmless",
                                                                                          "I8 progress",
                                                                                          "I9 nothing left",
                                                                                          "I10 garbage is harmless",
                                                                                          "I11 same again",
                                                                                          "I12 timings of accepted",
                                                                                          "own words",
                                                                                          "project is served",
                                                                                          "circuit breaker",
                                                                                          "named slots"};

}  // namespace dtest::simulation
