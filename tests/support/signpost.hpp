// A named pipe on which a test's children say how far they are: waiting without sleeping.
#pragma once
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"
#include "system/clock.hpp"
#include "system/fd.hpp"

namespace dtest::support {

/// Milliseconds until `end`, at least 0, for poll.
inline int left_ms(base::Instant end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - system::SystemClock().now()).count();
  return left < 0 ? 0 : static_cast<int>(left);
}

/// Longer than anything may take on a loaded machine.
constexpr base::Duration kPatience{20'000'000};

class Signpost {
 public:
  explicit Signpost(const TempDir& dir, const std::string& name = "signpost") : path_(dir.file(name)) {
    if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    fd_.reset(::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  }
  /// Children write lines to it.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// The next line; throws std::runtime_error when none comes.
  std::string line(base::Duration patience = kPatience) {
    const base::Instant end = system::SystemClock().now() + patience;
    for (std::size_t at; (at = text_.find('\n')) == std::string::npos;) {
      pollfd ready{fd_.get(), POLLIN, 0};
      if (::poll(&ready, 1, left_ms(end)) == 0) throw std::runtime_error("nothing was said on " + path_);
      char part[512];
      const ssize_t n = ::read(fd_.get(), part, sizeof part);
      if (n > 0) text_.append(part, static_cast<std::size_t>(n));
    }
    const auto at = text_.find('\n');
    std::string found = text_.substr(0, at);
    text_.erase(0, at + 1);
    return found;
  }
  pid_t pid() { return std::stoi(line()); }
  /// Whether anything is there to be read.
  [[nodiscard]] bool silent() const {
    pollfd ready{fd_.get(), POLLIN, 0};
    return text_.empty() && ::poll(&ready, 1, 0) == 0;
  }

 private:
  std::string path_, text_;
  system::UniqueFd fd_;
};

}  // namespace dtest::support
