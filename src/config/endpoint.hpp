// Where sockets may be bound or connected.
#pragma once
#include <string>
#include <string_view>

namespace dtest::config {

/// Throws base::Error unless bus::Endpoint takes `endpoint`: 78 for TCP, which needs keys, and for what a file says
/// (`from_file`); else 64. `what` begins the message: "--listen", "file:3: daemon.listen".
/// With `keyed`, TCP is fine: its socket has keys.
void check_endpoint(const std::string& what, std::string_view endpoint, bool from_file, bool keyed = false);

}  // namespace dtest::config
