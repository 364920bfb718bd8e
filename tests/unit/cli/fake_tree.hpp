// A tree of files that exists only here.
#pragma once
#include <map>
#include <set>
#include <string>

#include "cli/tree.hpp"

namespace dtest::cli {

class FakeTree final : public Tree {
 public:
  FakeTree& file(const std::string& path, const std::string& text) {
    files_[path] = text;
    return *this;
  }
  FakeTree& program(const std::string& path) {
    programs_.insert(path);
    return file(path, "#!");
  }

  [[nodiscard]] std::optional<std::string> text(const std::string& path) const override {
    auto found = files_.find(path);
    return found == files_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] std::vector<std::string> names(const std::string& directory) const override {
    std::set<std::string> names;
    std::string above = directory + "/";
    for (const auto& [path, text] : files_)
      if (path.starts_with(above)) names.insert(path.substr(above.size(), path.find('/', above.size()) - above.size()));
    return {names.begin(), names.end()};
  }
  [[nodiscard]] bool is_directory(const std::string& path) const override { return !names(path).empty(); }
  [[nodiscard]] bool is_program(const std::string& path) const override { return programs_.count(path) > 0; }

 private:
  std::map<std::string, std::string> files_;
  std::set<std::string> programs_;
};

}  // namespace dtest::cli
