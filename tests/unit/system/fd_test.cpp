#include "system/fd.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"

namespace dtest::system {
namespace {

bool open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesWhatItHolds) {
  Pipe pipe = make_pipe();
  const int number = pipe.read.get();
  EXPECT_TRUE(open(number));
  pipe.read.reset();
  EXPECT_FALSE(open(number));
}

TEST(UniqueFd, MovesAndReleases) {
  Pipe pipe = make_pipe();
  UniqueFd other = std::move(pipe.read);
  EXPECT_FALSE(pipe.read);  // NOLINT(bugprone-use-after-move): that is what is tested
  const int number = other.release();
  EXPECT_FALSE(other);
  EXPECT_TRUE(open(number));
  ::close(number);
}

TEST(UniqueFd, KeepsErrnoWhenClosing) {
  Pipe pipe = make_pipe();
  errno = ENOSPC;
  pipe.read.reset();
  EXPECT_EQ(errno, ENOSPC);
}

TEST(Fd, EverythingIsCloseOnExec) {
  const Pipe pipe = make_pipe();
  const SocketPair pair = make_socket_pair(SOCK_SEQPACKET);
  for (const int fd : {pipe.read.get(), pipe.write.get(), pair.first.get(), pair.second.get()}) {
    EXPECT_EQ(::fcntl(fd, F_GETFD), FD_CLOEXEC);
  }
}

TEST(Fd, NonBlockingOnAndOff) {
  const Pipe pipe = make_pipe();
  set_nonblocking(pipe.read.get());
  char c = 0;
  EXPECT_EQ(::read(pipe.read.get(), &c, 1), -1);
  EXPECT_EQ(errno, EAGAIN);
  set_nonblocking(pipe.read.get(), false);
  EXPECT_EQ(::fcntl(pipe.read.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_THROW(set_nonblocking(-1), base::Error);
}

}  // namespace
}  // namespace dtest::system
