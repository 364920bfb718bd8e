// A directory for one test; gone when the test ends.
#pragma once
#include <fstream>
#include <sstream>
#include <string>

#include "system/private_dir.hpp"

namespace dtest::support {

class TempDir {
 public:
  [[nodiscard]] const std::string& path() const { return dir_.path(); }
  [[nodiscard]] std::string file(const std::string& name) const { return dir_.file(name); }
  /// Writes a file and returns its path.
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }
  [[nodiscard]] std::string get(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(file(name), std::ios::binary).rdbuf();
    return text.str();
  }

 private:
  system::PrivateDir dir_ = system::PrivateDir::make_in({"/tmp"});
};

}  // namespace dtest::support
