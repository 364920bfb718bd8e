// What happened in a world: kept short, hashed, printed when something went wrong.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace dtest::simulation {

class Trace {
 public:
  static constexpr std::size_t kKept = 200;

  explicit Trace(bool loud) : loud_(loud) {}

  /// `what` is a literal with codes for the numbers that follow: %n a number, %w %r %l the kind of a message (W, R, of
  /// a runner), %o ten times an outcome plus a decision.
  void note(base::Instant now, const char* what, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0,
            std::uint64_t d = 0) {
    Line line{now, what, {a, b, c, d}};
    mix(static_cast<std::uint64_t>(now.time_since_epoch().count()));
    for (const char* p = what; *p != 0; ++p) mix(static_cast<unsigned char>(*p));
    for (std::uint64_t n : line.numbers) mix(n);
    if (loud_) print(line);
    lines_[count_++ % kKept] = line;
  }
  /// The same for what happens all the time: told when everything is, not kept for the end.
  void dull(base::Instant now, const char* what, std::uint64_t a, std::uint64_t b, std::uint64_t c = 0,
            std::uint64_t d = 0) {
    const Line kept = lines_[count_ % kKept];
    note(now, what, a, b, c, d);
    lines_[--count_ % kKept] = kept;
  }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  void print_last() const {
    for (std::size_t i = count_ > kKept ? count_ - kKept : 0; i < count_; ++i) print(lines_[i % kKept]);
  }

 private:
  struct Line {
    base::Instant when;
    const char* what = "";
    std::array<std::uint64_t, 4> numbers{};
  };
  void mix(std::uint64_t n) { hash_ = (hash_ ^ n) * 0x100000001b3U; }
  static void print(const Line& line);

  bool loud_;
  std::array<Line, kKept> lines_{};
  std::size_t count_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace dtest::simulation
