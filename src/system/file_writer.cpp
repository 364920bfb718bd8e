#include "system/file_writer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "system/failure.hpp"

namespace dtest::system {

/// Shared with the jobs. `fd` belongs to the background thread alone.
struct FileWriter::State {
  std::string name;
  UniqueFd fd;
  std::atomic<int> error = 0;
};

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n > 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (n < 0 && errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

FileWriter::FileWriter(BackgroundWriter& queue, std::string path, Mode mode)
    : queue_(queue), state_(std::make_shared<State>()) {
  state_->name = std::move(path);
  const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (mode == Mode::append ? O_APPEND : O_TRUNC);
  const bool queued = queue_.offer([state = state_, flags] {
    state->fd.reset(::open(state->name.c_str(), flags, 0644));
    if (!state->fd) state->error = errno;
  });
  if (!queued) state_->error = EAGAIN;
}

FileWriter::FileWriter(BackgroundWriter& queue, UniqueFd fd, std::string name)
    : queue_(queue), state_(std::make_shared<State>()) {
  state_->name = std::move(name);
  state_->fd = std::move(fd);
}

bool FileWriter::write(std::string text) {
  if (state_->error != 0) return false;
  const std::size_t size = text.size();
  const bool queued = queue_.offer(
      [state = state_, text = std::move(text)] {
        if (state->error == 0) state->error = write_all(state->fd.get(), text);
      },
      size);
  if (!queued) ++dropped_;
  return queued;
}

int FileWriter::error() const { return state_->error; }

std::string FileWriter::error_text() const {
  const int error = state_->error;
  return error == 0 ? "" : with_reason("cannot write " + state_->name, error);
}

}  // namespace dtest::system
