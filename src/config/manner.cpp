#include "config/manner.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace dtest::config {
namespace {

constexpr std::string_view kElsewhere = "-C";
constexpr std::array<std::string_view, 16> kManner{
    "config",       "include",    "require",      "framework", "preload", "bundler",        "ruby",    "boot",
    "first-is-empty", "no-tmpdir", "no-hooks", "node-setup", "runner-setup", "after-fork", "share-database", "timeout"};

bool is_elsewhere(const std::vector<std::string>& words) { return words.size() > 1 && words.front() == kElsewhere; }

void say(const Setting& setting, std::vector<std::string>& words) {
  for (const std::string& value : setting.values) {
    words.push_back("--" + std::string(setting.option->name));
    if (setting.option->kind != Kind::flag) words.push_back(value);
  }
}

}  // namespace

std::vector<std::string> manner_of(const Flags& flags) {
  std::vector<std::string> words;
  for (const Setting& setting : flags.settings)
    if (setting.option->name == "directory") words = {std::string(kElsewhere), setting.values.front()};
  for (const Setting& setting : flags.settings)
    if (std::find(kManner.begin(), kManner.end(), setting.option->name) != kManner.end()) say(setting, words);
  return words;
}

std::vector<std::string> moved(const std::vector<std::string>& earlier, const std::vector<std::string>& own) {
  std::vector<std::string> words(own.begin(), own.begin() + (is_elsewhere(own) ? 2 : 0));
  words.insert(words.end(), earlier.begin() + (is_elsewhere(earlier) ? 2 : 0), earlier.end());
  return words;
}

}  // namespace dtest::config
