#include "config/ini.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <map>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/nodes.hpp"
#include "config/option.hpp"

namespace dtest::config {
namespace {

namespace po = boost::program_options;
using base::Error;
using base::ExitCode;

// Sections that later versions will know. Passing over one would run the tests elsewhere, or open a door wider, than
// the file says.
constexpr std::array<std::string_view, 4> kReserved{"auth", "keep", "preset", "report"};
constexpr std::string_view kNeedsEqual = "has no '='; write KEY = VALUE or [SECTION]";

[[noreturn]] void refuse(const std::string& path, std::uint32_t line, const std::string& text) {
  throw Error(ExitCode::config, fmt::format("{}:{}: {}", path, line, text));
}

// The lines that hold a value, by the rules of Boost's reader: '#' ends a line anywhere, blanks are cut off, what is
// left is a section or a key (';' begins no comment). Boost itself does not say where a value stood.
std::vector<std::uint32_t> value_lines(const std::string& path, const std::string& text) {
  std::vector<std::uint32_t> lines;
  std::uint32_t number = 0;
  for (const std::string& raw : base::split(text, '\n')) {
    ++number;
    std::string_view line = base::trim(std::string_view(raw).substr(0, raw.find('#')));
    if (line.empty()) continue;
    if (line.front() == ';') refuse(path, number, "begin a comment with '#'");
    if (line.front() == '[' && line.back() == ']') {
      // Boost would look at the last character of nothing.
      if (line.size() < 3) refuse(path, number, "a section needs a name: [SECTION]");
      continue;
    }
    if (line.find('=') == std::string_view::npos) refuse(path, number, fmt::format("'{}' {}", line, kNeedsEqual));
    if (base::trim(line.substr(0, line.find('='))).empty()) refuse(path, number, "nothing stands before '='");
    lines.push_back(number);
  }
  return lines;
}

std::vector<po::option> boost_entries(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  try {
    return po::parse_config_file(stream, po::options_description(), true).options;
  } catch (const po::error& problem) {
    throw Error(ExitCode::config, fmt::format("{}: {}", path, problem.what()));
  }
}

// The known key that was most likely meant: by its whole name, else by its last part in another section.
std::string nearest_key(const std::string& key) {
  std::vector<std::string> keys;
  std::string last = key.substr(key.rfind('.') + 1);
  for (const Option& option : option_table()) {
    if (option.key.empty()) continue;
    if (option.key.substr(option.key.find('.') + 1) == last) return std::string(option.key);
    keys.emplace_back(option.key);
  }
  return base::nearest(key, keys);
}

void check_key(const std::string& path, const IniEntry& entry) {
  if (find_key(entry.key) != nullptr || check_node_entry(path, entry)) return;
  std::string section = entry.key.substr(0, entry.key.find('.'));
  if (std::find(kReserved.begin(), kReserved.end(), section) != kReserved.end()) {
    refuse(path, entry.line, fmt::format("the section [{}] belongs to a later version of distributest", section));
  }
  std::string nearest = nearest_key(entry.key);
  std::string hint = nearest.empty() ? "see distributest.conf(5)" : fmt::format("did you mean '{}'?", nearest);
  refuse(path, entry.line, fmt::format("unknown key '{}'; {}", entry.key, hint));
}

void check_once(const IniFile& file) {
  std::map<std::string, std::uint32_t> seen;
  for (const IniEntry& entry : file.entries) {
    auto [first, fresh] = seen.emplace(entry.key, entry.line);
    const Option* option = find_key(entry.key);
    if (fresh || (option != nullptr ? option->repeatable : may_repeat(entry))) continue;
    refuse(file.path, entry.line,
           fmt::format("'{}' is said twice, first in line {}; it takes one value", entry.key, first->second));
  }
}

}  // namespace

IniFile parse_ini(const std::string& path, const std::string& text) {
  IniFile file{path, {}, {}};
  std::vector<std::uint32_t> lines = value_lines(path, text);
  std::vector<po::option> options = boost_entries(path, text);
  if (lines.size() != options.size()) throw Error(ExitCode::internal, path + ": its lines cannot be told apart");
  for (std::size_t i = 0; i < options.size(); ++i) {
    IniEntry entry{options[i].string_key, options[i].value.empty() ? "" : options[i].value.front(), lines[i]};
    check_key(path, entry);
    std::size_t note = std::min(entry.value.find(" ;"), entry.value.find("\t;"));
    if (note != std::string::npos) {
      file.warnings.push_back(fmt::format("{}:{}: '{}' is part of the value; begin a comment with '#'", path,
                                          entry.line, base::trim(entry.value.substr(note))));
    }
    file.entries.push_back(std::move(entry));
  }
  check_once(file);
  return file;
}

}  // namespace dtest::config
