#include "system/file_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

#include "support/temp_dir.hpp"
#include "system/signals.hpp"

namespace dtest::system {
namespace {

constexpr base::Duration kLong{20'000'000};

TEST(FileWriter, AppendsOrTruncates) {
  const support::TempDir dir;
  const std::string path = dir.put("events", "old\n");
  BackgroundWriter queue;
  FileWriter more(queue, path, FileWriter::Mode::append);
  EXPECT_TRUE(more.write("one\n"));
  EXPECT_TRUE(more.write("two\n"));
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(dir.get("events"), "old\none\ntwo\n");
  FileWriter anew(queue, path, FileWriter::Mode::truncate);
  EXPECT_TRUE(anew.write("new\n"));
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(dir.get("events"), "new\n");
  EXPECT_EQ(anew.error_text(), "");
}

TEST(FileWriter, WritesAfterItsEnd) {
  const support::TempDir dir;
  BackgroundWriter queue;
  FileWriter(queue, dir.file("f"), FileWriter::Mode::append).write("text");
  EXPECT_TRUE(queue.close(kLong));
  EXPECT_EQ(dir.get("f"), "text");
}

TEST(FileWriter, SaysWhatCannotBeOpened) {
  BackgroundWriter queue;
  FileWriter writer(queue, "/nowhere/report.json", FileWriter::Mode::append);
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(writer.error(), ENOENT);
  EXPECT_EQ(writer.error_text(), "cannot write /nowhere/report.json: No such file or directory");
  EXPECT_FALSE(writer.write("x"));
}

TEST(FileWriter, ReportsAShortDisk) {
  BackgroundWriter queue;
  FileWriter writer(queue, UniqueFd(::open("/dev/full", O_WRONLY | O_CLOEXEC)), "report.json");
  writer.write("x");
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(writer.error(), ENOSPC);
  EXPECT_EQ(writer.error_text(), "cannot write report.json: No space left on device");
}

TEST(FileWriter, SurvivesAReaderThatHasGone) {
  ignore_signals_of_writes();
  Pipe pipe = make_pipe();
  pipe.read.reset();
  BackgroundWriter queue;
  FileWriter writer(queue, std::move(pipe.write), "standard output");
  writer.write("x");
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(writer.error(), EPIPE);
}

TEST(FileWriter, WaitsForANonBlockingReader) {
  Pipe pipe = make_pipe();
  set_nonblocking(pipe.write.get());
  BackgroundWriter queue;
  FileWriter writer(queue, std::move(pipe.write), "pipe");
  writer.write(std::string(300'000, 'x'));
  std::string sink(65536, '\0');
  for (std::size_t have = 0; have < 300'000;) {
    const ssize_t n = ::read(pipe.read.get(), sink.data(), sink.size());
    ASSERT_GT(n, 0);
    have += static_cast<std::size_t>(n);
  }
  EXPECT_TRUE(queue.flush(kLong));
  EXPECT_EQ(writer.error(), 0);
}

TEST(FileWriter, CountsWhatAFullQueueDropped) {
  Pipe pipe = make_pipe();
  BackgroundWriter queue({.jobs = 1, .bytes = 1 << 20});
  {
    FileWriter writer(queue, std::move(pipe.write), "pipe");
    int dropped = 0;
    for (int i = 0; i < 10; ++i) dropped += writer.write(std::string(100'000, 'x')) ? 0 : 1;
    EXPECT_GE(dropped, 7);  // one is being written, one waits
    EXPECT_EQ(writer.dropped(), static_cast<std::size_t>(dropped));
  }
  pipe.read.reset();  // lets the thread end
}

}  // namespace
}  // namespace dtest::system
