#include "system/descriptors.hpp"

#include <sys/resource.h>

namespace dtest::system {
namespace {

// Of the process, like the limit itself; written once at start, before any fork.
rlimit before{};
bool raised = false;

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 256;
  if (!raised) before = limit;
  limit.rlim_cur = limit.rlim_max;
  raised = ::setrlimit(RLIMIT_NOFILE, &limit) == 0 || raised;
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

void restore_descriptor_limit() noexcept {
  if (raised) ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace dtest::system
