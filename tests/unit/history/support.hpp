// What the tests of this folder share.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include "history/history.hpp"
#include "history/sqlite.hpp"

namespace dtest::history {

/// A directory that goes away.
class TempDir {
 public:
  TempDir() {
    std::string name = ::testing::TempDir() + "/dtest-history-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline FileTiming timing(std::string path, double secs, std::int64_t at_us = 1) {
  Measured measured{.secs = secs, .cpu_secs = secs / 2, .status = "passed"};
  return {.path = std::move(path), .measured = std::move(measured), .at_us = at_us};
}

inline void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Slow machines, sanitizers: the tests of content do not depend on the limit.
constexpr base::Duration kPatient = std::chrono::seconds(20);

/// One project's history in a directory of its own.
struct Fixture {
  TempDir dir;
  std::string project = dir / "project";
  History history = History::open(dir / "state", (std::filesystem::create_directory(project), project));
  TimingStore& store = *history.store();
  [[nodiscard]] const std::string& file() const { return store.path(); }
  /// Another process' view.
  [[nodiscard]] History again() const { return History::open(dir / "state", project); }
  [[nodiscard]] Files files() const { return again().load(kPatient); }
};

}  // namespace dtest::history
