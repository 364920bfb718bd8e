#include "report/repetition.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace dtest::report {

std::string ordinal(std::uint64_t number) {
  const bool teen = number / 10 % 10 == 1;
  const std::uint64_t last = teen ? 0 : number % 10;
  return fmt::format("{}{}", number, last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

std::vector<std::string> repetition_command(const std::string& run, std::uint32_t number,
                                            const collector::Manner& manner) {
  std::vector<std::string> words{"dtest", "reproduce", fmt::format("{}:{}", run, number)};
  if (manner.flags.size() > 1 && manner.flags.front() == "-C")
    words.insert(words.end(), manner.flags.begin(), manner.flags.begin() + 2);
  return words;
}

void Repetition::take(const collector::FileStart& event) {
  open_[{event.place.node, event.place.runner}] = {event.path, event.position_on_runner};
}

std::string Repetition::command(std::uint32_t number) const {
  return kept_as_.empty() || number == 0 ? "" : base::shell_line(repetition_command(kept_as_, number, manner_));
}

bool Repetition::runs(const collector::Place& place, const std::string& path) const {
  const auto open = open_.find({place.node, place.runner});
  return !path.empty() && open != open_.end() && open->second.path == path;
}

// What a runner says of another file than the one it runs belongs to no try at it, and has nothing before it.
void Repetition::name(Failure& failure) const {
  if (!runs(failure.place, failure.path)) return;
  failure.exact = command(failure.number);
  const Open& open = open_.at({failure.place.node, failure.place.runner});
  if (open.position > 0) failure.position = open.position;
}

}  // namespace dtest::report
