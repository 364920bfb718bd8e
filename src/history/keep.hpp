// How many stored runs of a project are kept.
#pragma once
#include <cstdint>
#include <string>

namespace dtest::history {

inline constexpr const char* kLogName = "events.jsonl.gz";
inline constexpr const char* kMetaName = "meta.json";

struct Keep {
  std::uint64_t runs = 100;
  std::uint64_t days = 30;
  std::uint64_t bytes = std::uint64_t{1} << 30U;
};

/// STATE_HOME/distributest/KEY/runs; empty without a state home.
std::string runs_dir(const std::string& state_home, const std::string& project_dir);

/// Whether somebody still writes to the log: a run that goes on.
bool is_being_written(const std::string& log);

/// Removes the oldest runs until the rest is within the bounds; `newest` and those that go on stay. Returns how many
/// went. What cannot be removed stays. Never throws.
std::uint64_t keep_only(const std::string& runs, const std::string& newest, const Keep& keep);

}  // namespace dtest::history
