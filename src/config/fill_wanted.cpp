#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "config/fill.hpp"
#include "config/reader.hpp"

namespace dtest::config {
namespace {

constexpr std::uint64_t kMostShards = 10'000;

[[noreturn]] void misuse(const std::string& text) { throw base::Error(base::ExitCode::usage, text); }

// "2/4".
void read_shard(const std::string& text, Wanted& wanted) {
  const std::size_t slash = text.find('/');
  const auto part = parse_number(std::string_view(text).substr(0, slash));
  const auto parts = slash == std::string::npos ? std::nullopt : parse_number(std::string_view(text).substr(slash + 1));
  if (!part || !parts || *part < 1 || *part > *parts || *parts > kMostShards)
    misuse(fmt::format("--shard: '{}' is no part of a whole; write I/N, as in 2/4, with I from 1 to N", text));
  wanted.shard = static_cast<std::uint32_t>(*part);
  wanted.shards = static_cast<std::uint32_t>(*parts);
}

void check_alone(const Reader& read) {
  static constexpr std::array<std::string_view, 5> kWays{"failed", "next-failure", "resume", "changed", "reproduce"};
  std::string first;
  for (const std::string_view way : kWays) {
    const bool asked = way == "failed" || way == "next-failure" ? read.flag(way) : !read.text(way).empty();
    if (!asked || (way == "next-failure" && first == "failed")) continue;
    if (!first.empty()) misuse(fmt::format("--{} and --{} choose tests in different ways; keep one", first, way));
    first = way;
  }
}

// What says more of --reproduce means nothing without it.
void read_reproduction(const Reader& read, Wanted& wanted) {
  wanted.reproduce = read.text("reproduce");
  wanted.after = read.list("after");
  wanted.alone = read.flag("alone");
  wanted.as_runner = static_cast<std::uint32_t>(read.number("as-runner"));
  if (wanted.reproduce.empty()) {
    for (const std::string_view flag : {"after", "alone", "as-runner"})
      if (flag == "alone" ? wanted.alone : read.has(flag))
        misuse(fmt::format("--{} goes with 'dtest reproduce RUN:N'", flag));
  }
  if (wanted.alone && !wanted.after.empty()) misuse("--alone and --after contradict each other; keep one");
}

}  // namespace

Wanted fill_wanted(const Settings& settings, const std::string& directory) {
  Reader read(settings);
  check_alone(read);
  Wanted wanted;
  wanted.failed = read.flag("failed") || read.flag("next-failure");
  wanted.failed_first = read.flag("failed-first");
  wanted.resume = read.text("resume");
  wanted.changed = read.text("changed");
  read_reproduction(read, wanted);
  wanted.files_from = read.text("files-from");
  if (!wanted.files_from.empty() && wanted.files_from != "-")
    wanted.files_from = (std::filesystem::path(directory) / wanted.files_from).lexically_normal().string();
  if (const std::string shard = read.text("shard"); !shard.empty()) read_shard(shard, wanted);
  wanted.shard_by_time = read.text("shard-by") == "time";
  return wanted;
}

}  // namespace dtest::config
