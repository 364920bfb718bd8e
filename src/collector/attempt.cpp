#include "collector/attempt.hpp"

namespace dtest::collector {

AttemptAccount::Entry& AttemptAccount::add(const protocol::ListedExample& example, bool announced) {
  Entry& entry = entries_.emplace_back(Entry{example, announced, std::nullopt});
  by_id_.emplace(entry.example.id, entries_.size() - 1);
  ++per_line_[example.line];
  return entry;
}

std::vector<std::string> AttemptAccount::announce(const std::vector<protocol::ListedExample>& part, bool more) {
  std::vector<std::string> twice;
  for (const protocol::ListedExample& example : part) {
    auto known = by_id_.find(example.id);
    if (known == by_id_.end()) {
      add(example, true);
      ++announced_;
    } else if (entries_[known->second].announced) {
      twice.push_back(example.id);
    } else {
      entries_[known->second].announced = true;  // its verdict came before the list
      ++announced_;
    }
  }
  listed_ = true;
  complete_ = complete_ || !more;
  return twice;
}

AttemptAccount::Took AttemptAccount::verdict(const protocol::ListedExample& example, Status status) {
  auto known = by_id_.find(example.id);
  Entry& entry = known == by_id_.end() ? add(example, false) : entries_[known->second];
  if (entry.status) return Took::repeated;
  entry.status = status;
  counts_.add(status);
  return entry.announced ? Took::counted : Took::unannounced;
}

const AttemptAccount::Entry* AttemptAccount::find(std::string_view id) const {
  auto known = by_id_.find(id);
  return known == by_id_.end() ? nullptr : &entries_[known->second];
}

bool AttemptAccount::alone_on_line(std::uint32_t line) const {
  if (in_part_) return false;
  auto known = per_line_.find(line);
  return known == per_line_.end() || known->second == 1;
}

}  // namespace dtest::collector
