// Two runs at once, and a run that is killed in the middle of writing.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "history/schema.hpp"
#include "support.hpp"
#include "system/fd.hpp"

namespace dtest::history {
namespace {

/// A child's verdict on its own history; 0 = nothing was lost.
int sound(const History& history) {
  if (history.warning().empty() && history.store()->dropped() == 0) return 0;
  std::fprintf(stderr, "%llu dropped; %s\n", static_cast<unsigned long long>(history.store()->dropped()),
               history.warning().c_str());
  return 1;
}

/// Runs `body` in a child; SQLite's connections must not cross, so each child opens its own.
pid_t spawn(const std::function<int()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(Processes, TwoRunsAtOnceLoseNothing) {
  Fixture f;
  const auto run = [&](const std::string& own) {
    const auto history = f.again();
    for (int i = 0; i < 200; ++i) {
      history.store()->add(timing("shared_spec.rb", 1));
      history.store()->add(timing("spec/" + own + std::to_string(i), 1));
    }
    history.store()->finish({.us = 1});
    return sound(history);
  };
  const auto one = spawn([&] { return run("one"); }), two = spawn([&] { return run("two"); });
  EXPECT_EQ(wait_for(one), 0);
  EXPECT_EQ(wait_for(two), 0);
  const auto files = f.files();
  EXPECT_EQ(files.size(), 401u);
  EXPECT_EQ(files.at("shared_spec.rb").past.runs, 400u) << "reading and writing back happen under one lock";
  EXPECT_DOUBLE_EQ(files.at("shared_spec.rb").past.mean_secs, 1);
}

TEST(Processes, FirstRunsAtTheSameMomentShareOneFile) {
  for (int round = 0; round < 25; ++round) {
    SCOPED_TRACE(round);
    Fixture f;
    auto gate = system::make_pipe();
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
      children.push_back(spawn([&] {
        gate.write.reset();
        char end;
        if (::read(gate.read.get(), &end, 1) != 0) return 2;  // until the parent lets all go at once
        auto history = f.again();
        history.load(kPatient);
        history.store()->add(timing("spec/" + std::to_string(::getpid()), 1));
        history.store()->finish({.us = 1});
        return sound(history);
      }));
    }
    gate.write.reset();
    for (const auto child : children) EXPECT_EQ(wait_for(child), 0);
    EXPECT_EQ(f.files().size(), 4u);
  }
}

TEST(Processes, AKilledRunKeepsWhatItLearnt) {
  for (int round = 0; round < 5; ++round) {
    Fixture f;
    auto pipe = system::make_pipe();
    const auto child = spawn([&] {
      const auto history = f.again();
      for (int i = 0;; ++i) {
        history.store()->add(timing("spec/number_" + std::to_string(i), 1));
        if (::write(pipe.write.get(), "x", 1) != 1) return 1;
      }
    });
    char done[16];
    for (ssize_t seen = 0; seen < 40;) {
      const auto n = ::read(pipe.read.get(), done, sizeof done);
      ASSERT_GT(n, 0);
      seen += n;
    }
    ::kill(child, SIGKILL);
    EXPECT_TRUE(WIFSIGNALED(wait_for(child)));
    auto next = f.again();
    EXPECT_GE(next.load(kPatient).size(), 40u);
    EXPECT_EQ(next.warning(), "");
    Database database(f.file(), Database::Mode::existing);
    Statement check(database, "PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.text(0), "ok");
    next.store()->add(timing("after_spec.rb", 1));
    EXPECT_EQ(f.files().count("after_spec.rb"), 1u);
  }
}

}  // namespace
}  // namespace dtest::history
