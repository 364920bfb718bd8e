// From settings to typed options: conversions, and rules that take more than one value to break.
#pragma once
#include <string>

#include "config/flags.hpp"
#include "config/options.hpp"
#include "config/settings.hpp"

namespace dtest::config {

/// `settings` must hold the defaults of the table too. `directory` is absolute. Each throws base::Error (64 or 78)
/// when values contradict one another.
RunOptions fill_run(const Settings& settings, const Flags& flags, const std::string& directory);
DebugOptions fill_debug(const Settings& settings, const Flags& flags, const std::string& directory);
ListOptions fill_list(const Settings& settings, const Flags& flags, const std::string& directory);
EventsOptions fill_events(const Settings& settings, const Flags& flags, const std::string& directory);
/// Throws base::Error (64) when two of them contradict each other.
Wanted fill_wanted(const Settings& settings, const std::string& directory);
/// "always", "never", else automatic.
Color color_of(const std::string& text);
StoredOptions fill_stored(Command command, const Settings& settings, const Flags& flags,
                          const std::string& directory);
/// `directory`: where relative paths start.
ReportOptions fill_report(const Settings& settings, const Flags& flags, const std::string& directory);
BisectOptions fill_bisect(const Settings& settings, const Flags& flags, const std::string& directory);
CompletionOptions fill_completion(const Flags& flags);
VersionOptions fill_version(const Settings& settings, const Flags& flags);
/// `runtime_directory` is XDG_RUNTIME_DIR, or empty: the endpoints' default lies there. `user_directory`: the keys lie
/// there.
DaemonOptions fill_daemon(const Settings& settings, const Flags& flags, const std::string& directory,
                          const std::string& runtime_directory, const std::string& user_directory);
/// `user_directory`: where keys lie; empty without a home.
KeygenOptions fill_keygen(const Settings& settings, const Flags& flags, const std::string& user_directory);
/// `all`: the nodes of the configuration. `directory`: where relative paths start.
NodesOptions fill_nodes(const Settings& settings, const Flags& flags, const std::vector<NodeSpec>& all,
                        const std::string& directory, const std::string& user_directory);

}  // namespace dtest::config
