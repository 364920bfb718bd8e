// What a stored event stream does wrong.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dtest::collector {

struct Violation {
  std::uint64_t line = 0;  ///< from 1; 0: of the stream as a whole
  std::string text;        ///< one sentence without a final dot
};

/// In the order in which they were found. The first thousand are kept, all are counted.
class Violations {
 public:
  void add(std::uint64_t line, std::string text) {
    constexpr std::size_t kMost = 1000;
    if (++total_ <= kMost) kept_.push_back({line, std::move(text)});
  }
  [[nodiscard]] const std::vector<Violation>& kept() const { return kept_; }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  std::vector<Violation> kept_;
  std::uint64_t total_ = 0;
};

}  // namespace dtest::collector
