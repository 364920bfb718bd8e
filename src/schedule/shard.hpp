// Which of N machines runs which file. Pure and deterministic: the same files and weights give the same parts.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace dtest::schedule {

struct Weighed {
  std::string path;
  std::uint64_t weight = 0;  ///< bytes, or microseconds
};

/// The part of each file, from 0: the heaviest first to the part that has least. The order of `files` does not matter;
/// paths are different. Every file has exactly one part.
std::vector<std::uint32_t> shards(const std::vector<Weighed>& files, std::uint32_t parts);

}  // namespace dtest::schedule
