// The slowest files or examples over a threshold.
#pragma once
#include <string>
#include <vector>

#include "report/look.hpp"

namespace dtest::report {

class SlowList {
 public:
  struct Entry {
    double secs = 0;
    std::string path, name;
    std::uint32_t line = 0, item = 0, attempt = 0;
    collector::Place place;
  };

  explicit SlowList(double threshold_secs) : threshold_(threshold_secs) {}

  [[nodiscard]] bool takes(double secs) const { return secs >= threshold_; }
  void add(Entry entry);
  /// What an attempt added counts for nothing.
  void remove(const collector::FileRequeue& event);
  /// "slow files (over 20.0s)" and at most `most` lines, slowest first; empty when there are none.
  [[nodiscard]] Lines lines(const std::string& title, std::size_t most, const Look& look) const;

 private:
  double threshold_;
  std::vector<Entry> entries_;
};

}  // namespace dtest::report
