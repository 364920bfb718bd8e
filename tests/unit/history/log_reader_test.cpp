#include "history/log_reader.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

std::string note(int seq, const std::string& text) {
  collector::Envelope envelope;
  envelope.seq = static_cast<std::uint64_t>(seq);
  envelope.event = collector::LogLine{"info", text, ""};
  return collector::to_json_line(envelope, {"s", "r"}) + "\n";
}

void append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

TEST(LineReader, GoesOnWhenTheFileGrows) {
  const TempDir dir;
  const std::string path = dir / "log";
  Gzip gzip;
  append(path, gzip.flush("one\ntw"));
  LineReader lines(path);
  EXPECT_EQ(lines.next(), "one");
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_EQ(lines.rest(), "tw");
  append(path, gzip.flush("o\n"));
  append(path, gzip.finish());
  EXPECT_EQ(lines.next(), "two");
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_EQ(lines.rest(), "");
}

TEST(LineReader, ReadsPlainLinesOfAnyLength) {
  const TempDir dir;
  const std::string longest(300'000, 'x');
  write_text(dir / "log", "\n" + longest + "\nend\n");
  LineReader lines(dir / "log");
  EXPECT_EQ(lines.next(), "");
  EXPECT_EQ(lines.next(), longest);
  EXPECT_EQ(lines.next(), "end");
  EXPECT_EQ(lines.next(), std::nullopt);
}

TEST(LineReader, ReadsUpToTheDamage) {
  const TempDir dir;
  Gzip gzip;
  write_text(dir / "log", gzip.flush("one\n"));
  append(dir / "log", "\xff\xff\xff\xff");
  append(dir / "log", gzip.flush("two\n"));
  LineReader lines(dir / "log");
  EXPECT_EQ(lines.next(), "one");
  EXPECT_EQ(lines.next(), std::nullopt);
  EXPECT_TRUE(lines.damaged());
}

TEST(LineReader, NamesAFileThatItCannotRead) {
  const TempDir dir;
  for (const std::string& path : {dir / "none", dir.path()}) {
    try {
      LineReader lines(path);
      ADD_FAILURE() << path;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::usage);
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    }
  }
}

TEST(EventReader, LeavesOutWhatIsNoEvent) {
  const TempDir dir;
  write_text(dir / "log", note(1, "a") + "rubbish\n" + "{\"v\":\"2.0\",\"kind\":\"log.line\"}\n" + note(2, "b"));
  EventReader events(dir / "log");
  EXPECT_EQ(events.next()->seq, 1U);
  EXPECT_EQ(events.info().run, "r");
  EXPECT_EQ(events.next()->seq, 2U);
  EXPECT_FALSE(events.next());
  EXPECT_EQ(events.left_out(), 2U);
}

}  // namespace
}  // namespace dtest::history
