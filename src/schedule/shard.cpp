#include "schedule/shard.hpp"

#include <algorithm>
#include <numeric>

namespace dtest::schedule {

std::vector<std::uint32_t> shards(const std::vector<Weighed>& files, std::uint32_t parts) {
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (files[a].weight != files[b].weight) return files[a].weight > files[b].weight;
    return files[a].path < files[b].path;
  });
  std::vector<std::uint32_t> result(files.size());
  std::vector<std::uint64_t> load(parts);
  for (const std::size_t i : order) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += files[i].weight + 1;  // a file without weight is still a file
    result[i] = static_cast<std::uint32_t>(least - load.begin());
  }
  return result;
}

}  // namespace dtest::schedule
