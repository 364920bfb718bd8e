// Writing to something that may be read slowly, never again, or be gone.
#pragma once
#include <atomic>
#include <string_view>

#include "base/time.hpp"
#include "system/fd.hpp"

namespace dtest::terminal {

enum class Written {
  all,
  given_up,  ///< `give_up` became true and the reader took nothing for a while
  gone,      ///< nobody can ever read it: EPIPE, EIO, ...
};

/// A description of its own of the terminal or pipe behind `fd`, in non-blocking mode, so that the mode is not
/// forced on the shell's copy; none for what never blocks (files) or cannot be opened again.
system::UniqueFd open_again(int fd);

/// Writes all, waiting as long as it takes while `give_up` is false. SIGPIPE must be blocked or ignored.
Written patient_write(int fd, std::string_view bytes, const std::atomic<bool>& give_up);

}  // namespace dtest::terminal
