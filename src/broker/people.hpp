// Whose sessions there are, for fairness and for people. Pure.
#pragma once
#include <string>

#include "protocol/work.hpp"

namespace dtest::broker {

/// One person at one machine: runners are shared out equally between these.
std::string person(const protocol::SessionOptions& options);

/// "anna at box-1f2e3d4c (key anna.pub)"; empty parts are left out.
std::string who(const protocol::SessionOptions& options);

/// Name of the project.
std::string project(const protocol::SessionOptions& options);

/// "anna's run of shop"; of one's own: "another run of yours, of shop".
std::string whose_run(const protocol::SessionOptions& options, const protocol::SessionOptions& reader);

/// What the daemon's log says of a session that opens.
std::string told_at_start(const protocol::Hello& hello);

}  // namespace dtest::broker
