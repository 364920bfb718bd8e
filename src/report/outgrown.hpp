// Runners that were replaced because of what they kept in memory (--runner-memory).
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "collector/event.hpp"
#include "report/look.hpp"

namespace dtest::report {

class Outgrown {
 public:
  void add(const collector::RunnerEnd& event);
  /// "memory   runner 2 replaced 3 times at up to 812 MiB"; nothing when none was.
  [[nodiscard]] Lines lines(const Look& look) const;

 private:
  struct Runner {
    std::uint64_t times = 0, most_kb = 0;
  };
  std::map<std::pair<std::string, std::uint32_t>, Runner> runners_;
};

}  // namespace dtest::report
