// Linux's handles on processes, where the C library has no calls for them.
#pragma once
#include <sys/types.h>

#include "system/fd.hpp"

namespace dtest::system {

/// Empty when there is no such process, or no such call in this kernel (errno says).
UniqueFd open_pidfd(pid_t pid);
/// As kill(2).
int signal_pidfd(int pidfd, int signal);

}  // namespace dtest::system
