// What the parts of the collector share: the account, who is where, the stopwatch and the pen. Owned by the collector.
#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "collector/efficiency.hpp"
#include "collector/event.hpp"
#include "collector/journal.hpp"
#include "collector/ledger.hpp"
#include "collector/roster.hpp"
#include "collector/stream.hpp"

namespace dtest::collector {

/// An older node says only what it sends.
inline Output output_of(const protocol::Bytes& bytes) {
  return {bytes.data, std::max<std::uint64_t>(bytes.total, bytes.data.size())};
}

struct Desk {
  explicit Desk(std::vector<EventSink*> sinks) : stream(std::move(sinks)) {}

  Stream stream;
  Ledger ledger;
  Journal journal;                  ///< what the audit reads; nobody else does
  Roster roster;
  EfficiencyMeter meter;
  std::string framework;            ///< of the plan
  Manner manner;                    ///< of the run
  std::uint32_t failures = 0;       ///< numbers given to failures so far
  std::uint64_t file_starts = 0;    ///< told
  std::string cancelled;            ///< why nothing new is started: "the run was interrupted"; empty: it is not so
  std::string killed;               ///< likewise, why what runs is killed
  std::map<std::string, std::uint64_t> files_ended;  ///< by node, since it joined
  std::uint64_t test_ends = 0, file_ends = 0;  ///< told, for the audit

  std::uint32_t next_failure() { return ++failures; }
  void note(const char* level, std::string text, const std::string& node, base::Instant now) {
    stream.tell(LogLine{level, std::move(text), node}, now);
  }
};

}  // namespace dtest::collector
