// R: what a node publishes to a master on the result channel (doc/protocol.md §5).
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "protocol/report.hpp"

namespace dtest::protocol {

/// In each message, so that any one that survives repairs all state.
struct NodeHeader {
  base::SessionNumber number;
  base::Epoch epoch;
  base::BeatNumber beat;         ///< newest beat sent
  base::JobNumber accepted;      ///< jobs accepted
  base::JobNumber credit;        ///< highest job number that will be accepted; never falls
  base::ReportNumber newest;     ///< newest report
};

struct Beat {
  std::uint32_t busy = 0;
};
struct Reports {
  base::ReportNumber first;
  std::vector<Body> bodies;
};
struct NoSession {};
struct Refused {
  std::string why;
  int code = 69;
};

/// A session, as anybody whose key is let in may see it.
struct Tenant {
  base::RunId run;
  std::string who, project;
  std::uint32_t runners = 0;  ///< most that it may have
  std::uint32_t busy = 0;     ///< that run something for it now
  base::Duration since{};     ///< how long it is open
};
/// The answer to Ask.
struct Status {
  std::string node;           ///< its name
  std::uint32_t runners = 0;  ///< that work at once, for all
  std::vector<Tenant> tenants;
};

struct Result {
  NodeHeader header;
  std::variant<Beat, Reports, NoSession, Refused, Status> content;
};

/// The topic frame of a run: "r/<32 hex digits>/".
std::string result_topic(const base::RunId& run);
/// The run of a topic frame or of a subscription, or nothing.
std::optional<base::RunId> run_of_topic(std::string_view topic);

}  // namespace dtest::protocol
