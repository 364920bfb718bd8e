// An input as a list of steps: each an operation, two small numbers, and bytes.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hold.hpp"

namespace dtest::fuzz {

struct Step {
  std::uint8_t operation = 0, a = 0, b = 0;
  std::string_view bytes;
};

/// Operation, a, b, length (two bytes, the low one first), bytes.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : rest_(text(data, size)) {}

  bool next(Step& step) {
    if (rest_.size() < kHead) return false;
    const auto byte = [this](std::size_t i) { return static_cast<std::uint8_t>(rest_[i]); };
    step = {byte(0), byte(1), byte(2), {}};
    const std::size_t length = std::min<std::size_t>(byte(3) + byte(4) * std::size_t{256}, rest_.size() - kHead);
    step.bytes = rest_.substr(kHead, length);
    rest_.remove_prefix(kHead + length);
    return true;
  }

 private:
  static constexpr std::size_t kHead = 5;
  std::string_view rest_;
};

}  // namespace dtest::fuzz
