#include "daemon/output_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_dir.hpp"
#include "system/fd.hpp"
#include "system/files.hpp"

namespace dtest::daemon {
namespace {

constexpr std::uint64_t kMega = 1 << 20;

struct Output : testing::Test {
  support::TempDir dir;
  std::string path = dir.put("o1.1", "");
  system::UniqueFd writer{::open(path.c_str(), O_WRONLY | O_APPEND)};
  OutputFile file{path};

  void print(const std::string& text) { ASSERT_EQ(::write(writer.get(), text.data(), text.size()), ssize_t(text.size())); }
  void flood(std::uint64_t megabytes) {
    const std::string part(kMega, 'x');
    for (std::uint64_t i = 0; i < megabytes; ++i) print(part);
  }
  [[nodiscard]] std::uint64_t on_disk() const {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0);
    return static_cast<std::uint64_t>(info.st_blocks) * 512;
  }
};

TEST_F(Output, LittleIsKeptWhole) {
  print("hello");
  flood(10);
  EXPECT_FALSE(file.look());
  EXPECT_EQ(file.slice(0, 5, 100), "hello");
  EXPECT_EQ(file.slice(0, 5, 2), "lo") << "the end of it";
}

TEST_F(Output, AFloodIsCutWhileItIsWritten) {
  for (int i = 0; i < 8; ++i) {
    flood(20);
    EXPECT_TRUE(file.look());
    EXPECT_LE(on_disk(), OutputFile::kKept + 2 * kMega);
  }
  const std::uint64_t size = system::file_size(path).value();
  if (size > 0) {  // the file system can make holes: offsets stay
    EXPECT_EQ(size, 160 * kMega);
    EXPECT_EQ(file.slice(size - 3, size, 100), "xxx");
    EXPECT_EQ(file.slice(0, size, 100), std::string(100, 'x'));
  }
  EXPECT_EQ(file.slice(0, 50, 100), "") << "given up, and no zeros";
  print("after it");
  const std::uint64_t end = system::file_size(path).value();
  EXPECT_EQ(file.slice(end - 8, end, 100), "after it");
}

TEST_F(Output, OneThatSomebodyEmptiedBeginsAgain) {
  flood(20);
  EXPECT_TRUE(file.look());
  ASSERT_EQ(::truncate(path.c_str(), 0), 0);
  print("anew");
  EXPECT_FALSE(file.look());
  EXPECT_EQ(file.slice(0, 4, 100), "anew");
}

TEST(OutputFile, ThatDoesNotExistIsEmpty) {
  OutputFile none("/nonexistent/o1.1");
  EXPECT_FALSE(none.look());
  EXPECT_EQ(none.slice(0, 10, 10), "");
}

TEST_F(Output, AnExcerptOfLittleIsAll) {
  print("beforewords");
  EXPECT_EQ(file.excerpt(6), (protocol::Bytes{"words", 5}));
  EXPECT_EQ(file.excerpt(100), protocol::Bytes{});
}

TEST_F(Output, AnExcerptOfMuchIsItsHeadAndItsEnd) {
  print("of another example\n");
  const std::uint64_t from = system::file_size(path).value();
  print("first words\n");
  flood(2);
  print("\nlast words");
  const protocol::Bytes excerpt = file.excerpt(from);
  EXPECT_TRUE(excerpt.data.starts_with("first words\nxxx"));
  EXPECT_TRUE(excerpt.data.ends_with("xxx\nlast words"));
  EXPECT_NE(excerpt.data.find("\n[dtest: 2 MiB of output left out]\n"), std::string::npos);
  EXPECT_LE(excerpt.data.size(), OutputFile::kExcerpt + 100);
  EXPECT_EQ(excerpt.total, 2 * kMega + 23);
}

// Ruby ends its report with everything that is loaded, and the map of its memory.
TEST_F(Output, OfARubyCrashItIsTheHeadOfTheReport) {
  print("first words\n");
  flood(1);
  print("\nlast words\na_spec.rb:3: [BUG] Segmentation fault at 0x0000000000000123\n-- Control frame information --\n");
  flood(1);
  const protocol::Bytes excerpt = file.excerpt(0);
  const std::size_t at = excerpt.data.find("xxx\nlast words\na_spec.rb:3: [BUG] Segmentation");
  ASSERT_NE(at, std::string::npos);
  EXPECT_TRUE(excerpt.data.starts_with("\n[dtest: 1016 KiB of output left out]\n")) << excerpt.data.substr(0, 60);
  EXPECT_GT(excerpt.data.size() - at, 20'000U) << "most of it is the report's";
  EXPECT_TRUE(excerpt.data.ends_with(" of output left out]\n"));
  EXPECT_GT(excerpt.total, 2 * kMega);
}

TEST_F(Output, NewsAreToldOnceTheEndOfMuch) {
  EXPECT_EQ(file.news().text, "");
  print("one");
  EXPECT_EQ(file.news().text, "one");
  EXPECT_EQ(file.news().text, "");
  print(std::string(100'000, 'x') + "end");
  const OutputFile::News much = file.news();
  EXPECT_TRUE(much.text.ends_with("xend"));
  EXPECT_LE(much.text.size(), 16U << 10U);
  EXPECT_EQ(much.text.size() + much.left_out, 100'003U);
  ASSERT_EQ(::ftruncate(writer.get(), 0), 0);
  print("two");
  EXPECT_EQ(file.news().text, "two") << "somebody emptied it";
}

}  // namespace
}  // namespace dtest::daemon
