#include "cli/ruby_wish.hpp"

#include <utility>

#include "base/text.hpp"

namespace dtest::cli {
namespace {

using Parse = std::optional<RubyWish> (*)(std::string_view text);

// Words of a line, without its comment.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (char c : line.substr(0, line.find('#'))) {
    if (c != ' ' && c != '\t' && c != '\r') word += c;
    else if (!word.empty()) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string without_engine(const std::string& version) {
  return version.starts_with("ruby-") ? version.substr(5) : version;
}

std::optional<RubyWish> find(const Tree& tree, std::string directory, const std::string& name, Parse parse) {
  for (;; directory.resize(directory.rfind('/'))) {
    std::string path = directory + "/" + name;
    if (auto text = tree.text(path)) {
      if (auto wish = parse(*text)) {
        wish->by = std::move(path);
        return wish;
      }
    }
    if (directory.find('/') == std::string::npos) return std::nullopt;
  }
}

}  // namespace

std::optional<RubyWish> parse_ruby_version(std::string_view text) {
  for (const std::string& line : base::split(text, '\n')) {
    std::vector<std::string> words = words_of(line);
    if (words.empty()) continue;
    std::size_t at = words.front().find('@');
    RubyWish wish;
    if (at != std::string::npos) wish.gemset = words.front().substr(at + 1);
    wish.versions = {without_engine(words.front().substr(0, at))};
    if (wish.versions.front().empty()) return std::nullopt;
    return wish;
  }
  return std::nullopt;
}

std::optional<RubyWish> parse_tool_versions(std::string_view text) {
  for (const std::string& line : base::split(text, '\n')) {
    std::vector<std::string> words = words_of(line);
    if (words.size() < 2 || words.front() != "ruby") continue;
    RubyWish wish;
    for (std::size_t i = 1; i < words.size(); ++i) wish.versions.push_back(without_engine(words[i]));
    return wish;
  }
  return std::nullopt;
}

std::optional<RubyWish> find_ruby_version(const Tree& tree, const std::string& directory) {
  std::optional<RubyWish> wish = find(tree, directory, ".ruby-version", parse_ruby_version);
  if (!wish || !wish->gemset.empty()) return wish;
  std::string beside = wish->by.substr(0, wish->by.rfind('/')) + "/.ruby-gemset";
  std::vector<std::string> words = words_of(base::split(tree.text(beside).value_or(""), '\n').front());
  if (!words.empty()) wish->gemset = words.front();
  return wish;
}

std::optional<RubyWish> find_tool_versions(const Tree& tree, const std::string& directory) {
  return find(tree, directory, ".tool-versions", parse_tool_versions);
}

bool is_version(std::string_view asked, std::string_view actual) {
  asked = asked.substr(0, asked.find('-'));  // -p100, -preview1: not in RUBY_VERSION
  if (asked.empty() || !actual.starts_with(asked)) return false;
  return actual.size() == asked.size() || actual[asked.size()] == '.';
}

}  // namespace dtest::cli
