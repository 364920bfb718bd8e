// What the options of a run say of its nodes.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "cli/node_sync.hpp"
#include "config/options.hpp"
#include "protocol/options.hpp"

namespace dtest::cli {

/// Runners of all nodes but those; of one that does not say how many it gives, as many as this machine would.
std::uint32_t runners_of(const config::RunOptions& options, const std::set<std::string>& without = {});

std::vector<std::string> names_of(const config::RunOptions& options);

/// By what nodes tell this machine from others; copied ones may have one host name.
std::string origin_of(const config::RunOptions& options);

/// `dir`: private to the run.
SyncSource::Setting sync_source(const config::RunOptions& options, const protocol::SessionOptions& session,
                                const std::string& dir);

}  // namespace dtest::cli
