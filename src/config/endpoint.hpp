// Where sockets may be bound or connected in this version.
#pragma once
#include <string>
#include <string_view>

namespace dtest::config {

/// Throws base::Error unless `endpoint` is ipc:// with an absolute path of at most 107 bytes: TCP needs keys, which
/// come with a later version (exit code 78); anything else is no endpoint (64 or, `from_file`, 78).
/// `what` begins the message: "--listen", "file:3: daemon.listen".
void check_endpoint(const std::string& what, std::string_view endpoint, bool from_file);

}  // namespace dtest::config
