#include "cli/failure_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace dtest::cli {
namespace {

base::Error misuse(const std::string& text) { return {base::ExitCode::usage, text}; }

// "it has 1, 4".
std::string numbers(const history::StoredRun& run) {
  constexpr std::size_t kMost = 20;
  std::vector<std::uint32_t> all;
  for (const history::Noted& bad : run.meta.bad) all.push_back(bad.failure);
  std::sort(all.begin(), all.end());
  std::string text = all.size() == 1 ? "it has only" : "it has";
  for (std::size_t i = 0; i < all.size() && i < kMost; ++i) text += fmt::format("{}{}", i > 0 ? ", " : " ", all[i]);
  return text + (all.size() > kMost ? ", ..." : "");
}

}  // namespace

FailureName read_failure_name(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  std::uint32_t number = 0;
  const char* end = name.data() + name.size();
  const char* digits = colon == std::string::npos ? end : name.data() + colon + 1;
  const auto result = std::from_chars(digits, end, number);
  if (result.ec == std::errc() && result.ptr == end && number > 0) return {name.substr(0, colon), number};
  throw base::Error(base::ExitCode::usage,
                    fmt::format("'{}' names no failure; write RUN:N, as in latest:1 or b0b3:2", name));
}

base::Error no_such_failure(const history::StoredRun& run, const std::string& brief, std::uint32_t number) {
  const auto& bad = run.meta.bad;
  const auto own = std::find_if(bad.begin(), bad.end(), [&](const auto& noted) { return noted.failure == number; });
  if (own != bad.end())
    return misuse(fmt::format("failure {0} of run {1} belongs to no file that ran, so that there is nothing to repeat; "
                              "'dtest show {1} {0}' shows it", number, brief));
  if (!bad.empty()) return misuse(fmt::format("run {} has no failure {}: {}", brief, number, numbers(run)));
  if (run.live) return misuse(fmt::format("run {} goes on, and has no failure so far", brief));
  if (!run.meta.ended()) return misuse(fmt::format("run {} was cut off, and has no failure", brief));
  if (run.meta.verdict == "passed") return misuse(fmt::format("run {} passed: it has no failure that counts", brief));
  return misuse(fmt::format("run {} has no failures: 'dtest show {}' has how it ended", brief, brief));
}

}  // namespace dtest::cli
