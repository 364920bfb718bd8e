// Numbers for property tests: the same on every machine, unlike <random>'s distributions.
#pragma once
#include <cstdint>

namespace dtest::schedule {

/// splitmix64
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// 0 .. n-1
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  /// [0, 1)
  double part() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace dtest::schedule
