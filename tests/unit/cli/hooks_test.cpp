#include "cli/hooks.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::cli {
namespace {

using Found = std::map<std::string, std::string>;

// A project, a person and a machine, each with a directory of hooks.
class HooksTest : public testing::Test {
 protected:
  HooksTest() {
    for (const char* place : {"project", "person", "machine"}) {
      std::filesystem::create_directory(dir.file(place));
      hooks.places.push_back(dir.file(place));
    }
  }
  std::string put(const std::string& name, const std::string& text, unsigned mode = 0755) const {
    std::string path = dir.put(name, text);
    ::chmod(path.c_str(), mode);
    return path;
  }
  // What is said of it; with exit code 78.
  std::string fault() const {
    try {
      find_hooks(hooks);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::config);
      return error.what();
    }
    return "none";
  }

  support::TempDir dir;
  config::Hooks hooks;
};

constexpr const char* kScript = "#!/bin/sh\ntrue\n";

TEST_F(HooksTest, NobodyHasToHaveAny) { EXPECT_EQ(find_hooks(hooks), Found{}); }

TEST_F(HooksTest, TheFirstOneThatIsThereCounts) {
  put("machine/node_setup", kScript);
  put("machine/runner_setup", kScript);
  put("person/runner_setup", kScript);
  put("project/after_fork.rb", "", 0644);
  EXPECT_EQ(find_hooks(hooks), (Found{{"node_setup", dir.file("machine/node_setup")},
                                      {"runner_setup", dir.file("person/runner_setup")},
                                      {"after_fork", dir.file("project/after_fork.rb")}}));
  hooks.wanted = false;
  EXPECT_EQ(find_hooks(hooks), Found{});
}

TEST_F(HooksTest, OneThatIsNamedMustBeThere) {
  put("project/node_setup", kScript);
  hooks.node_setup = {put("other", kScript), "--node-setup"};
  EXPECT_EQ(find_hooks(hooks), (Found{{"node_setup", dir.file("other")}}));
  hooks.node_setup = {dir.file("nothing"), "/p/.distributest/config:3"};
  EXPECT_EQ(fault(), "/p/.distributest/config:3: there is no " + dir.file("nothing"));
}

TEST_F(HooksTest, OneThatCannotBeRunIsNotPassedOver) {
  put("person/node_setup", kScript);
  std::string path = put("project/node_setup", kScript, 0644);
  EXPECT_EQ(fault(), path + " is not executable; run 'chmod +x " + path + "'");
  put("project/node_setup", "");
  EXPECT_EQ(fault(), path + " is empty; write a program, or remove it");
  put("project/node_setup", "echo hello\n");
  EXPECT_EQ(fault(), path + " has no #! line, so that nobody knows what runs it; begin it with '#!/bin/sh'");
  put("project/node_setup", "#!/bin/sh\r\necho hello\r\n");
  EXPECT_EQ(fault(), path + " has Windows line ends (CR LF); save it with Unix line ends");
  put("project/node_setup", "#!/no/such/ruby -w\n");
  EXPECT_EQ(fault(), path + ": the #! line names /no/such/ruby: No such file or directory");
  put("project/node_setup", "#! \n");
  EXPECT_EQ(fault(), path + ": the #! line names no program");
  put("project/node_setup", "#! /bin/sh -e\n");
  EXPECT_EQ(fault(), "none");
  ::unlink(path.c_str());
  std::filesystem::create_directory(path);
  EXPECT_EQ(fault(), path + " is a directory; a hook is a file");
  std::filesystem::remove(path);
  std::filesystem::create_symlink("nothing", path);
  EXPECT_EQ(fault(), path + ": cannot be used as a hook: No such file or directory");
  ::unlink(path.c_str());
  ASSERT_EQ(::mkfifo(path.c_str(), 0755), 0);
  EXPECT_EQ(fault(), path + " is no regular file; a hook is a file");
}

TEST_F(HooksTest, ABinaryNeedsNoFirstLine) {
  std::filesystem::copy_file("/proc/self/exe", dir.file("project/runner_setup"));
  EXPECT_EQ(fault(), "none");
}

TEST_F(HooksTest, RubyNeedsNeitherPermissionNorFirstLine) {
  put("project/after_fork.rb", "Redis.new", 0644);
  EXPECT_EQ(fault(), "none");
  std::filesystem::remove(dir.file("project/after_fork.rb"));
  std::filesystem::create_directory(dir.file("project/after_fork.rb"));
  EXPECT_EQ(fault(), dir.file("project/after_fork.rb") + " is a directory; a hook is a file");
}

}  // namespace
}  // namespace dtest::cli
