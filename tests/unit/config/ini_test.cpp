#include "config/ini.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

TEST(ParseIni, KeepsOrderAndLines) {
  IniFile file =
      parse_ini("f", "# note\n\n[project]\npattern = a/*.rb # first\r\npattern=b/*.rb\n[run]\n  timeout = 5m\n");
  ASSERT_EQ(file.entries.size(), 3U);
  EXPECT_EQ(file.entries[0].key, "project.pattern");
  EXPECT_EQ(file.entries[0].value, "a/*.rb");
  EXPECT_EQ(file.entries[0].line, 4U);
  EXPECT_EQ(file.entries[1].value, "b/*.rb");
  EXPECT_EQ(file.entries[2].key, "run.timeout");
  EXPECT_EQ(file.entries[2].line, 7U);
  EXPECT_TRUE(file.warnings.empty());
  EXPECT_TRUE(parse_ini("f", "").entries.empty());
  EXPECT_EQ(parse_ini("f", "run.timeout = 5").entries[0].key, "run.timeout");
}

TEST(ParseIni, AValueMayHoldEqualSigns) {
  EXPECT_EQ(parse_ini("f", "[run]\nruby = env A=b ruby\n").entries[0].value, "env A=b ruby");
}

TEST(ParseIni, WarnsOfWhatLooksLikeAComment) {
  IniFile file = parse_ini("f", "[run]\nruby = ruby ; note\n");
  EXPECT_EQ(file.entries[0].value, "ruby ; note");
  ASSERT_EQ(file.warnings.size(), 1U);
  EXPECT_EQ(file.warnings[0], "f:2: '; note' is part of the value; begin a comment with '#'");
}

TEST(ParseIni, NamesTheLineAndTheNearestKey) {
  EXPECT_ERROR(78, "f:3: unknown key 'run.timout'; did you mean 'run.timeout'?", parse_ini("f", "\n[run]\ntimout = 1"));
  EXPECT_ERROR(78, "f:2: unknown key 'run.color'; did you mean 'output.color'?", parse_ini("f", "[run]\ncolor=never"));
  EXPECT_ERROR(78, "f:1: unknown key 'pattern'; did you mean 'project.pattern'?", parse_ini("f", "pattern = x"));
  EXPECT_ERROR(78, "f:2: unknown key 'zebra.stripes'; see distributest.conf(5)", parse_ini("f", "[zebra]\nstripes=1"));
  EXPECT_ERROR(78, "f:2: unknown key 'run..'", parse_ini("f", "[run]\n. = 1"));
}

TEST(ParseIni, RefusesSectionsOfLaterVersions) {
  EXPECT_ERROR(78, "f:2: the section [preset] belongs to a later version", parse_ini("f", "[preset.ci]\nx = y"));
  EXPECT_ERROR(78, "f:2: the section [auth] belongs to a later version", parse_ini("f", "[auth]\nallow = x"));
}

TEST(ParseIni, RefusesWhatIsNoIni) {
  EXPECT_ERROR(78, "f:2: 'word' has no '='; write KEY = VALUE or [SECTION]", parse_ini("f", "[run]\nword\n"));
  EXPECT_ERROR(78, "f:1: begin a comment with '#'", parse_ini("f", "; note\n"));
  EXPECT_ERROR(78, "f:2: begin a comment with '#'", parse_ini("f", "[run]\n; timeout = 5\n"));
  EXPECT_ERROR(78, "f:1: a section needs a name", parse_ini("f", "[]\nx = 1\n"));
  EXPECT_ERROR(78, "f:1: nothing stands before '='", parse_ini("f", " = 1\n"));
}

TEST(ParseIni, AKeyThatTakesOneValueIsSaidOnce) {
  EXPECT_ERROR(78, "f:4: 'run.grace' is said twice, first in line 2",
               parse_ini("f", "[run]\ngrace = 1\n[run]\ngrace = 2\n"));
}

TEST(ReadIni, AMissingFileIsNothingUnlessItIsAskedFor) {
  TempDir dir;
  EXPECT_FALSE(read_ini(dir.file("none"), false));
  EXPECT_ERROR(78, "none: no such file", read_ini(dir.file("none"), true));
  dir.write("file", "");
  EXPECT_FALSE(read_ini(dir.file("file/below"), false)) << "a file where a directory is expected holds no file";
}

TEST(ReadIni, SaysWhyAFileCannotBeRead) {
  TempDir dir;
  EXPECT_ERROR(78, "it is a directory", read_ini(dir.path(), false));
  std::filesystem::create_symlink("loop", dir.file("loop"));
  EXPECT_ERROR(78, "loop: Too many levels of symbolic links", read_ini(dir.file("loop"), false));
  dir.write("large", std::string((1U << 20U) + 1, '#'));
  EXPECT_ERROR(78, "larger than 1 MiB", read_ini(dir.file("large"), true));
}

}  // namespace
}  // namespace dtest::config
