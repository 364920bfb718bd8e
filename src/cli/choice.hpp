// Which tests a run is to have, where the person did not name them: by stored runs, by changes, by a list.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/options.hpp"
#include "history/sequence.hpp"

namespace dtest::cli {

struct Choice {
  /// Only these examples of a file, by the framework's ids; other files of the run are run whole.
  std::map<std::string, std::vector<std::string>> examples;
  /// Files of which examples were named by their ids; and whether what goes to the framework leaves some out of any.
  std::set<std::string> in_part;
  bool filtered = false;
  /// What one runner runs, in this order, and nothing else; empty: the plan decides.
  std::vector<history::Step> sequence;
  std::uint32_t number_offset = 0, told_runners = 0;  ///< with a sequence: as protocol::SessionOptions
  std::set<std::string> first;              ///< files that are dispatched before the others
  std::map<std::string, std::string> why;   ///< of files, for `dtest plan`
  std::vector<std::string> notices;         ///< what was chosen, in words
  std::string nothing;                      ///< why there is nothing to run; empty: there may be something

  /// Some tests were left out.
  bool narrowed = false;
};

/// Sets paths, and where a run is resumed its seed and framework arguments, in `options`. Throws base::Error.
Choice choose_tests(config::RunOptions& options);

}  // namespace dtest::cli
