// What one accepted or failed attempt at a file teaches. Values; all times are seconds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dtest::history {

/// What was measured of a file or of an example.
struct Measured {
  std::optional<double> secs;  ///< absent: it did not come to its end, the mean stays
  double cpu_secs = 0;
  double at_least_secs = 0;    ///< it crashed or timed out after so long
  std::string status;          ///< as in the event stream; empty: keep the last one
};

struct ExampleTiming {
  std::string id, name;
  Measured measured;
};

struct FileTiming {
  std::string path;            ///< relative to the project
  Measured measured;
  std::int64_t at_us = 0;      ///< wall clock, since 1970
  std::vector<ExampleTiming> examples;
};

}  // namespace dtest::history
