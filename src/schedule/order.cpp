#include "schedule/order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace dtest::schedule {
namespace {

Rank rank_of(const File& file) {
  if (file.requeued) return Rank::requeued;
  if (file.past && file.past->runs > 0) return Rank::known;
  return file.uses_shared_examples ? Rank::new_shared : Rank::new_by_size;
}

/// What is compared, side by side in memory: sorting a million files must not chase a million pointers.
struct Key {
  Rank rank;
  double secs;
  std::uint64_t bytes;
  std::size_t index;
};

Key key_of(const File& file, const Estimate& estimate, std::size_t index) {
  const Rank rank = rank_of(file);
  const double secs = estimate.secs.value_or(0);
  // Among files never timed the size decides, unless an attempt has shown more than its size suggests.
  const bool by_time = rank == Rank::requeued || rank == Rank::known || estimate.basis == Basis::at_least;
  return {rank, by_time ? secs : 0, file.bytes, index};
}

}  // namespace

std::vector<Place> order(const std::vector<File>& files, const std::vector<Estimate>& estimates) {
  std::vector<Key> keys;
  keys.reserve(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) keys.push_back(key_of(files[i], estimates[i], i));
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.secs != b.secs) return a.secs > b.secs;
    // Known files of equal time are equal: only unknown ones are told apart by size.
    if (a.rank != Rank::known && a.bytes != b.bytes) return a.bytes > b.bytes;
    if (const int by_path = files[a.index].path.compare(files[b.index].path); by_path != 0) return by_path < 0;
    return a.index < b.index;
  });
  std::vector<Place> result;
  result.reserve(keys.size());
  for (const auto& key : keys) result.push_back({key.index, key.rank});
  return result;
}

std::string reason(const File& file, const Estimate& estimate, Rank rank) {
  const auto about = estimate.secs ? "about " + base::show_secs(*estimate.secs) : std::string("time unknown");
  switch (rank) {
    case Rank::requeued: return about + ", requeued: at the head";
    case Rank::known: return about + ": longest first";
    case Rank::new_shared:
    case Rank::new_by_size: break;
  }
  if (estimate.basis == Basis::at_least) return "never finished, ran for at least " + base::show_secs(*estimate.secs);
  const auto* shared = rank == Rank::new_shared ? ", uses shared examples" : "";
  return fmt::format("never timed{}, {} bytes: before the known files", shared, base::show_count(file.bytes));
}

}  // namespace dtest::schedule
