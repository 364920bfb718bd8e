#include "system/background.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include "system/fd.hpp"

namespace dtest::system {
namespace {

constexpr base::Duration kLong{20'000'000};

/// A job that stands until told.
struct Gate {
  std::promise<void> begun;
  std::promise<void> open;
  BackgroundWriter::Job job() {
    return [this, opened = open.get_future().share()] {
      begun.set_value();
      opened.wait();
    };
  }
};

TEST(BackgroundWriter, DoesJobsInOrder) {
  std::vector<int> done;
  BackgroundWriter writer;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(writer.offer([&done, i] { done.push_back(i); }));
  EXPECT_TRUE(writer.flush(kLong));
  ASSERT_EQ(done.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(writer.close(kLong));
  EXPECT_FALSE(writer.offer([] {}));
}

TEST(BackgroundWriter, RefusesWhenFullOfJobs) {
  Gate gate;
  BackgroundWriter writer({.jobs = 2, .bytes = 100});
  ASSERT_TRUE(writer.offer(gate.job()));
  gate.begun.get_future().wait();
  EXPECT_TRUE(writer.offer([] {}));
  EXPECT_TRUE(writer.offer([] {}));
  EXPECT_FALSE(writer.offer([] {}));
  EXPECT_EQ(writer.waiting(), 3U);
  gate.open.set_value();
  EXPECT_TRUE(writer.flush(kLong));
  EXPECT_EQ(writer.waiting(), 0U);
}

TEST(BackgroundWriter, RefusesWhenFullOfBytesButTakesOneLargeJob) {
  Gate gate;
  BackgroundWriter writer({.jobs = 10, .bytes = 100});
  EXPECT_TRUE(writer.offer(gate.job(), 1000));
  EXPECT_FALSE(writer.offer([] {}, 1));
  gate.open.set_value();
  EXPECT_TRUE(writer.flush(kLong));
  EXPECT_TRUE(writer.offer([] {}, 1));
}

TEST(BackgroundWriter, RemembersTheLastFailure) {
  BackgroundWriter writer;
  EXPECT_EQ(writer.last_error(), "");
  writer.offer([] { throw std::runtime_error("disk full"); });
  writer.offer([] {});
  EXPECT_TRUE(writer.flush(kLong));
  EXPECT_EQ(writer.last_error(), "disk full");
}

TEST(BackgroundWriter, LetsGoOfAJobThatHangs) {
  // A pipe that nobody reads: write(2) blocks for ever. The job owns what it uses, since it outlives the writer.
  auto pipe = std::make_shared<Pipe>(make_pipe());
  auto begun = std::make_shared<std::promise<void>>();
  bool late = false;
  {
    BackgroundWriter writer;
    writer.offer([pipe, begun] {
      begun->set_value();
      const std::string text(1 << 20, 'x');
      (void)!::write(pipe->write.get(), text.data(), text.size());
    });
    writer.offer([&late] { late = true; });
    begun->get_future().wait();
    EXPECT_FALSE(writer.flush(base::Duration{10'000}));
    EXPECT_FALSE(writer.close(base::Duration{10'000}));
    EXPECT_FALSE(writer.offer([] {}));
  }
  // Read it all, so that the thread ends: what was given up must not run.
  std::string sink(1 << 20, '\0');
  for (std::size_t have = 0; have < sink.size();) {
    const ssize_t n = ::read(pipe->read.get(), sink.data(), sink.size());
    ASSERT_GT(n, 0);
    have += static_cast<std::size_t>(n);
  }
  EXPECT_FALSE(late);
}

}  // namespace
}  // namespace dtest::system
