// Which events a person wants to see, and what is missing between them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::cli {

/// Pure.
class EventFilter {
 public:
  /// `kinds`: whole ("test.end") or what comes before the dot ("test"). Throws base::Error (usage) for one that is none.
  EventFilter(std::uint64_t from, std::vector<std::string> kinds);

  struct Seen {
    bool wanted = false;
    bool last = false;          ///< it bears the end of the run
    std::uint64_t missed = 0;   ///< events between the one before and this
    std::uint64_t before = 0;   ///< number of the first one after those
    std::uint64_t seq = 0;      ///< 0: it is no event
    std::string run;            ///< that it is of
  };
  /// Lines in the order of the stream.
  Seen look(std::string_view line);

 private:
  std::uint64_t from_, expected_ = 0;
  std::vector<std::string> kinds_;
};

}  // namespace dtest::cli
