#include "report/repetition.hpp"

#include <fmt/format.h>

namespace dtest::report {

std::string ordinal(std::uint64_t number) {
  const bool teen = number / 10 % 10 == 1;
  const std::uint64_t last = teen ? 0 : number % 10;
  return fmt::format("{}{}", number, last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

void Repetition::take(const collector::FileStart& event) {
  open_[{event.place.node, event.place.runner}] = {event.path, event.position_on_runner};
}

std::string Repetition::command(std::uint32_t number) const {
  return kept_as_.empty() || number == 0 ? "" : fmt::format("dtest reproduce {}:{}", kept_as_, number);
}

// What a runner says of another file than the one it runs belongs to no try at it, and has nothing before it.
void Repetition::name(Failure& failure) const {
  const auto open = open_.find({failure.place.node, failure.place.runner});
  if (failure.path.empty() || open == open_.end() || open->second.path != failure.path) return;
  failure.exact = command(failure.number);
  if (open->second.position > 0) failure.position = open->second.position;
}

}  // namespace dtest::report
