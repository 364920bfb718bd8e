// What the tests of this folder share: a directory of their own and errors as text.
#pragma once
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "config/sources.hpp"

namespace dtest::config {

/// A fresh directory, removed at the end.
class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "dtest-config-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(file(name)).parent_path());
    std::ofstream(file(name)) << text;
    return file(name);
  }
  [[nodiscard]] Surroundings around() const { return {{}, path_, file("system.conf")}; }

 private:
  std::string path_;
};

/// Exit code and text of the base::Error that `act` throws; {0, ""} when it throws none.
template <class Act>
std::pair<int, std::string> error_of(Act act) {
  try {
    act();
  } catch (const base::Error& error) {
    return {base::number(error.code()), error.what()};
  }
  return {0, ""};
}

inline std::string slurp(const std::string& path) {
  std::ifstream stream(path);
  EXPECT_TRUE(stream.good()) << path;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace dtest::config

#define EXPECT_ERROR(code, part, expression)                               \
  do {                                                                     \
    auto error = ::dtest::config::error_of([&] { (void)(expression); });   \
    EXPECT_EQ(error.first, code) << error.second;                          \
    EXPECT_TRUE(::dtest::config::has(error.second, part)) << error.second; \
  } while (false)
