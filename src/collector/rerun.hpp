// How to name one example again: its uid, and the command that runs it alone. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "collector/event.hpp"

namespace dtest::collector {

/// 16 hexadecimal digits, a hash of framework and id.
std::string uid(const std::string& framework, const std::string& id);

struct Whereabouts {
  std::string file;        ///< the planned file
  std::string path;        ///< where the example says it stands; empty: in the file
  std::uint32_t line = 0;  ///< 0 = unknown
  std::string id;
  bool alone_on_line = true;
};

/// {"dtest", "run", flags..., what..., "--", args...}
std::vector<std::string> run_command(const Manner& manner, const std::vector<std::string>& what);

/// By path and line, or by id where another example shares the line or it stands in another file (a
/// shared example). An id that does not name the file is of no use on a command line; then path and line, or the file.
std::string how_named(const Whereabouts& example);

}  // namespace dtest::collector
