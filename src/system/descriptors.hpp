// How many descriptors this process may have open.
#pragma once
#include <cstddef>

namespace dtest::system {

/// Raises the soft limit to the hard one and returns it. libzmq ends the process when it runs out. Programs that
/// spawn() starts get the limit that this process was started with: tests may count on it.
std::size_t raise_descriptor_limit();

/// In the child of a fork, before exec: takes raise_descriptor_limit() back. Only a system call.
void restore_descriptor_limit() noexcept;

}  // namespace dtest::system
