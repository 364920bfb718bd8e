// Numbers from one seed: the same on every machine, which the standard library's distributions are not.
#pragma once
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace dtest::simulation {

/// splitmix64. A value; copies go on alike.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// 0 to limit - 1; limit above 0.
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  /// `from` to `to`, both included.
  std::uint64_t between(std::uint64_t from, std::uint64_t to) { return from + below(to - from + 1); }
  base::Duration between(base::Duration from, base::Duration to);
  /// 1 to `most`, each power of two as likely as any other.
  std::uint64_t log_uniform(std::uint64_t most);
  bool chance(double probability);
  /// Another generator that shares nothing with this one from here on.
  Random split() { return Random(next()); }
  template <class T>
  const T& pick(const std::vector<T>& from) { return from[below(from.size())]; }

 private:
  std::uint64_t state_;
};

inline std::uint64_t Random::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

inline base::Duration Random::between(base::Duration from, base::Duration to) {
  return from + base::Duration(static_cast<std::int64_t>(below(static_cast<std::uint64_t>((to - from).count()) + 1)));
}

inline std::uint64_t Random::log_uniform(std::uint64_t most) {
  std::uint64_t powers = 1;
  while ((most >> powers) != 0) ++powers;
  std::uint64_t drawn = 0;
  do {
    const std::uint64_t least = std::uint64_t{1} << below(powers);
    drawn = between(least, 2 * least - 1);
  } while (drawn > most);
  return drawn;
}

inline bool Random::chance(double probability) {
  return static_cast<double>(next() >> 11U) * 0x1.0p-53 < probability;
}

}  // namespace dtest::simulation
