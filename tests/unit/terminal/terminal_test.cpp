#include "terminal/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "plain_terminal.hpp"
#include "system/fd.hpp"

namespace dtest::terminal {
namespace {

constexpr base::Duration kLong = base::from_seconds(20);
constexpr base::Duration kShort = base::from_seconds(0.05);

std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

void fill(int pipe) {
  system::set_nonblocking(pipe);
  std::string block(4096, '.');
  while (::write(pipe, block.data(), block.size()) > 0) {
  }
}

// A pseudo terminal of 40 columns and 10 rows.
struct Pty {
  Pty() {
    int m = -1;
    int s = -1;
    winsize size{10, 40, 0, 0};
    if (::openpty(&m, &s, nullptr, nullptr, &size) == 0) {
      master.reset(m);
      slave.reset(s);
    }
  }
  std::string read() const {
    ::fcntl(master.get(), F_SETFL, O_NONBLOCK);
    return read_all(master.get());
  }
  system::UniqueFd master, slave;
};

TEST(Terminal, APipeGetsPlainText) {
  system::Pipe pipe = system::make_pipe();
  {
    Terminal t(pipe.write.get(), false, {});
    t.permanent("one\n");
    t.live({"never seen"});
    t.permanent("two\n");
    EXPECT_TRUE(t.close(kLong));
  }
  pipe.write.reset();
  EXPECT_EQ(read_all(pipe.read.get()), "one\ntwo\n");
}

TEST(Terminal, TheBlockIsTakenAwayAtTheEnd) {
  Pty pty;
  Terminal t(pty.slave.get(), true, {40, 10});
  t.permanent("one\n");
  t.live({"bar", "row"});
  t.permanent("two\n");
  t.live({"BAR"});
  EXPECT_TRUE(t.close(kLong));
  PlainTerminal screen(40);
  std::string bytes = pty.read();
  screen.feed(bytes);
  EXPECT_EQ(screen.text(), "one\ntwo\n");
  EXPECT_EQ(bytes.find("\x1b[?25l"), std::string::npos) << "the cursor is never hidden";
  EXPECT_EQ(bytes.rfind("\x1b[?7l") != std::string::npos, bytes.rfind("\x1b[?7h") != std::string::npos);
}

TEST(Terminal, ABlockHigherThanTheScreenIsCut) {
  Pty pty;
  Terminal t(pty.slave.get(), true, {40, 3});
  t.live({"a", "b", "c", "d"});
  t.pause(kLong);
  EXPECT_TRUE(t.close(kLong));
  EXPECT_EQ(pty.read().find('c'), std::string::npos);
}

TEST(Terminal, NobodyReads) {
  system::Pipe pipe = system::make_pipe();
  fill(pipe.write.get());
  Terminal t(pipe.write.get(), false, {}, {10000});
  std::string line(99, 'x');
  for (int i = 0; i < 1000; ++i) t.permanent(line + "\n");
  EXPECT_GE(t.dropped(), 800U) << "at most what is being written and as much again is kept";
  EXPECT_FALSE(t.close(kShort)) << "what nobody reads is given up";
}

TEST(Terminal, WhatWasLeftOutIsCountedOnTheScreen) {
  system::Pipe pipe = system::make_pipe();
  ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
  Terminal t(pipe.write.get(), false, {}, {1000});
  while (t.dropped() == 0) t.permanent(std::string(99, 'x') + "\n");
  std::string text;
  while (text.find("left out here") == std::string::npos) {  // the reader comes back
    pollfd p{pipe.read.get(), POLLIN, 0};
    ::poll(&p, 1, 1000);
    text += read_all(pipe.read.get());
  }
  EXPECT_TRUE(t.close(kLong));
}

TEST(Terminal, TheReaderIsGone) {
  system::Pipe pipe = system::make_pipe();
  pipe.read.reset();
  Terminal t(pipe.write.get(), false, {});
  t.permanent("one\n");
  EXPECT_TRUE(t.close(kLong)) << "there is nothing left to wait for";
  EXPECT_TRUE(t.gone());
}

TEST(Terminal, AStoppedTerminalDelaysNobody) {
  Pty pty;
  ::tcflow(pty.slave.get(), TCOOFF);  // as Ctrl-S
  Terminal t(pty.slave.get(), true, {40, 10});
  for (int i = 0; i < 10000; ++i) t.live({"frame " + std::to_string(i)});
  t.permanent("after\n");
  EXPECT_FALSE(t.close(kShort));
}

}  // namespace
}  // namespace dtest::terminal
