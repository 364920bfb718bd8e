// Which tests what changed in the repository is about: by names alone, for Ruby tells no dependencies.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace dtest::cli {

/// Where tests of a file may be, by the habits of RSpec, Minitest, Test::Unit and Rails; the file itself when it is a
/// test. Pure; whether they exist is not asked.
std::vector<std::string> tests_named_after(const std::string& path);

/// Every test may depend on it: helpers, fixtures, the bundle, settings.
bool concerns_all(const std::string& path);

struct Changes {
  std::vector<std::string> files;            ///< that changed, relative to the project
  std::map<std::string, std::string> tests;  ///< that exist, and the file that each is for
  std::vector<std::string> unknown;          ///< Ruby files for which no test is known
  std::string everything;                    ///< a file that concerns all, or empty
};

/// Pure but for `exists`.
Changes tests_for(std::vector<std::string> changed, const std::function<bool(const std::string&)>& exists);

/// What git says has changed in `directory` since `ref` (since their common ancestor, where it is a branch), whether
/// committed or not, and files that git does not know yet. Throws base::Error (usage) when git cannot say.
Changes changed_tests(const std::string& directory, const std::string& ref);

}  // namespace dtest::cli
