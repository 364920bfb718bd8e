#include "cli/rsync.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::cli {
namespace {

TEST(RsyncCommand, LeavesOutWhatItIsTold) {
  std::vector<std::string> argv = rsync_command({"/p", "/c", {"/log/", "*.iso"}});
  EXPECT_EQ(std::vector<std::string>(argv.end() - 5, argv.end()),
            (std::vector<std::string>{"--exclude=/log/", "--exclude=*.iso", "--", "/p/", "/c/"}));
}

TEST(RsyncPercent, IsTheLastOneOfALine) {
  EXPECT_EQ(rsync_percent("      1,234,567  12%    1.18MB/s    0:00:07"), 12);
  EXPECT_EQ(rsync_percent("  1  3%  1kB/s\r  2 100%  1kB/s"), 100);
  EXPECT_EQ(rsync_percent("sending"), -1);
  EXPECT_EQ(rsync_percent("%"), -1);
  EXPECT_EQ(rsync_percent("999%"), -1);
}

TEST(RsyncFault, IsNoneForFilesThatVanishAndLinksToNothing) {
  EXPECT_EQ(rsync_fault(0, ""), "");
  EXPECT_EQ(rsync_fault(24, "file has vanished: \"/p/a\"\nrsync warning: some files vanished\n"), "");
  EXPECT_EQ(rsync_fault(23, "symlink has no referent: \"/p/a\"\nrsync error: some files (code 23) at main.c\n"), "");
}

TEST(RsyncFault, SaysWhatAndWhatToDo) {
  EXPECT_EQ(rsync_fault(23, "rsync: [sender] send_files failed to open \"/p/a\": Permission denied (13)\n"
                            "rsync error: some files/attrs were not transferred (code 23) at main.c(1338)\n"),
            "rsync: send_files failed to open \"/p/a\": Permission denied (13); give yourself the right to read it, or "
            "leave it out with --copy-exclude");
  EXPECT_EQ(rsync_fault(11, "rsync: [receiver] write failed on \"/c/a\": No space left on device (28)\nx\ny\n"),
            "rsync: write failed on \"/c/a\": No space left on device (28) (and 2 more lines); make room there, or set "
            "XDG_CACHE_HOME to a place that has some");
  EXPECT_EQ(rsync_fault(12, ""), "rsync ended with status 12; run without --copy");
}

TEST(Rsync, ThatIsMissingIsNamed) {
  try {
    run_rsync({"/tmp", "/tmp/nowhere", {}, "no-such-rsync"}, [](int, base::Duration) {});
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_EQ(e.code(), base::ExitCode::config);
    EXPECT_NE(std::string(e.what()).find("--copy needs rsync: "), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("Install it, or run without --copy."), std::string::npos) << e.what();
  }
}

TEST(Rsync, IsHeardToItsEnd) {
  support::TempDir dir;
  std::string program = dir.put("rsync", "#!/bin/sh\nprintf '  10  50%%  1kB/s\\r  20 100%%  1kB/s\\n'\n"
                                         "echo 'rsync: [x] bad: Permission denied' >&2\nexit 23\n");
  ASSERT_EQ(std::system(("chmod +x " + program).c_str()), 0);
  int most = 0;
  try {
    run_rsync({"/a", "/b", {}, program}, [&](int percent, base::Duration) { most = std::max(most, percent); });
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_NE(std::string(e.what()).find("cannot be copied to /b: rsync: bad: Permission denied"), std::string::npos)
        << e.what();
  }
  EXPECT_EQ(most, 100);
}

}  // namespace
}  // namespace dtest::cli
