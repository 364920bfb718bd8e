#include "collector/journal.hpp"

#include <algorithm>

namespace dtest::collector {

std::uint64_t hash_id(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash == 0 ? 1 : hash;
}

void Journal::note(Said said, base::ItemId item, base::Attempt attempt, std::uint64_t example, unsigned status) {
  constexpr std::uint32_t kMostAttempts = (1U << 20) - 1;
  Fact fact;
  fact.example = example;
  fact.item = item.value;
  fact.attempt = std::min(attempt.value, kMostAttempts);
  fact.said = static_cast<std::uint32_t>(said) & 0xF;
  fact.status = status & 0xF;
  facts_.push_back(fact);
}

}  // namespace dtest::collector
