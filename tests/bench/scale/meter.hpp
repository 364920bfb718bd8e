// What a piece of code costs: CPU of the calling thread, and memory of the heap.
#pragma once
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace dtest::bench {

/// Nanoseconds of CPU that this thread has had.
inline std::int64_t cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// What cpu_ns() itself adds to an interval: the least of many, so that it is never taken for more than it is.
inline std::int64_t cost_of_looking() {
  std::int64_t least = 1'000'000;
  for (int i = 0; i < 10'000; ++i) {
    const std::int64_t start = cpu_ns();
    least = std::min(least, cpu_ns() - start);
  }
  return least;
}

/// Adds up the CPU of what runs between start() and stop().
class Meter {
 public:
  explicit Meter(std::int64_t looking) : looking_(looking) {}
  void start() { begun_ = cpu_ns(); }
  void stop() {
    total_ += std::max<std::int64_t>(0, cpu_ns() - begun_ - looking_);
    ++times_;
  }
  [[nodiscard]] double us() const { return static_cast<double>(total_) / 1000; }
  [[nodiscard]] std::uint64_t times() const { return times_; }

 private:
  std::int64_t looking_, begun_ = 0, total_ = 0;
  std::uint64_t times_ = 0;
};

/// Bytes that the allocator has given out, with what it spends on each piece.
inline std::size_t heap_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace dtest::bench
