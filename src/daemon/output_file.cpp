#include "daemon/output_file.hpp"

#include <algorithm>

#include "system/files.hpp"

namespace dtest::daemon {

bool OutputFile::look() {
  std::uint64_t size = system::file_size(path_).value_or(0);
  if (size < given_up_) given_up_ = 0;  // somebody emptied it
  if (size - given_up_ <= kMost) return false;
  given_up_ = system::keep_tail(path_, kKept);
  return true;
}

// The end of a long output says more than its start.
std::string OutputFile::slice(std::uint64_t from, std::uint64_t to, std::size_t most) const {
  from = std::max({from, given_up_, to - std::min<std::uint64_t>(to, most)});
  return from < to ? system::read_slice(path_, from, static_cast<std::size_t>(to - from)) : std::string();
}

}  // namespace dtest::daemon
