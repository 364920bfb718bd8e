#include "system/signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "system/exit_status.hpp"

namespace dtest::system {
namespace {

TEST(SignalFd, ReadsWhatWasSentAndRestoresTheMask) {
  {
    SignalFd signals{SIGUSR1, SIGUSR2};
    EXPECT_FALSE(signals.read());
    ::kill(::getpid(), SIGUSR1);
    const auto got = signals.read();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->signal, SIGUSR1);
    EXPECT_EQ(got->sender, ::getpid());
    EXPECT_FALSE(signals.read());
  }
  sigset_t mask;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  EXPECT_EQ(sigismember(&mask, SIGUSR1), 0);
}

TEST(Signals, HaveNames) {
  EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
  EXPECT_EQ(signal_name(63), "SIG63");
}

TEST(ExitStatus, SaysHowItEnded) {
  EXPECT_EQ(ExitStatus::exited_with(0).text(), "exit 0");
  EXPECT_EQ(ExitStatus::exited_with(3).code(), 3);
  EXPECT_EQ(ExitStatus::killed_by(SIGKILL).text(), "SIGKILL");
  EXPECT_EQ(ExitStatus(SIGSEGV | 0x80).text(), "SIGSEGV (core dumped)");
  EXPECT_EQ(ExitStatus::killed_by(SIGTERM).signal(), SIGTERM);
  EXPECT_FALSE(ExitStatus::killed_by(SIGTERM).code());
}

TEST(ExitStatus, UnknownIsNeitherGoodNorBad) {
  const ExitStatus unknown;
  EXPECT_FALSE(unknown.known());
  EXPECT_FALSE(unknown.success());
  EXPECT_FALSE(unknown.code());
  EXPECT_FALSE(unknown.signal());
  EXPECT_EQ(unknown.text(), "ended");
}

}  // namespace
}  // namespace dtest::system
