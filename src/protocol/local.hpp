// J and O: the local pipe between broker, boot process and runners (doc/protocol.md §7).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "protocol/options.hpp"
#include "protocol/report.hpp"

namespace dtest::protocol {

// J, broker to boot process and runner

struct BootWork {
  SessionOptions options;
  std::vector<std::string> defer;  ///< files that are loaded in the runner that gets them
};
struct ForkWork {
  base::Slot slot;
  base::Incarnation incarnation;
  std::string jobs, outcomes;                               ///< endpoints
  std::map<std::string, std::optional<std::string>> env;    ///< absent value: unset
  std::string output;                                       ///< file
  std::optional<std::string> tmpdir;
};
struct RunWork {
  base::ItemId item;
  base::Attempt attempt;
  std::string path;
  std::optional<std::vector<std::string>> examples;
  bool last = false;
};
struct Quit {};

using LocalWork = std::variant<BootWork, ForkWork, RunWork, Quit>;

// O, boot process and runner to broker

struct LocalHello { std::int64_t pid = 0; std::string ruby; };
struct Loading { std::string path; std::string hook; };  ///< `hook`: its name, when it is one
struct Loaded { base::Duration took{}; std::string preload; };
struct Forked { base::Slot slot; base::Incarnation incarnation; std::int64_t pid = 0; };
struct Ready {
  std::vector<std::string> databases;  ///< what the runner's tests write to
  std::uint64_t rss_kb = 0;            ///< resident before its first item
};
struct ExampleBegin { base::ItemId item; base::Attempt attempt; std::string id; };
/// An example's verdict, with where its output lies in the runner's output file.
struct ExampleOver { Example example; std::uint64_t output_from = 0, output_to = 0; };
struct RunDone { ItemEnd end; };
struct LocalBye {};

using LocalBody = std::variant<LocalHello, Loading, Plan, Loaded, Forked, BootFailed, Notice, Ready, ExampleList,
                               ExampleBegin, ExampleOver, OutsideError, RunDone, LocalBye>;

struct LocalReport {
  base::Slot slot;
  base::Incarnation incarnation;
  std::uint64_t number = 0;  ///< from 1 without gaps per incarnation
  LocalBody body;
};

}  // namespace dtest::protocol
