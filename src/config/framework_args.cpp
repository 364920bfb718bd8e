#include "config/framework_args.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/error.hpp"

namespace dtest::config {
namespace {

struct Owned {
  std::string_view name;  ///< long, without dashes
  char letter;            ///< or 0
  std::string_view instead;
};

constexpr std::string_view kNoRun = "it makes the framework do something else than run tests";
constexpr std::array<Owned, 12> kOwned{{
    {"format", 'f', "use 'dtest run --format', or --events FILE for machines"},
    {"out", 'o', "use 'dtest run --events FILE'"},
    {"drb", 'X', "dtest keeps the application loaded by itself (--preload)"},
    {"drb-port", 0, "dtest keeps the application loaded by itself (--preload)"},
    {"bisect", 0, "dtest decides what runs together; give dtest the files to run"},
    {"only-failures", 0, "give 'dtest run' the files to run"},
    {"next-failure", 0, "use 'dtest run --fail-fast'"},
    {"fail-fast", 0, "use 'dtest run --fail-fast'"},
    {"dry-run", 0, "use 'dtest list'"},
    {"init", 0, kNoRun},
    {"help", 'h', kNoRun},
    {"version", 0, kNoRun},
}};

// -n and -v are RSpec's --next-failure and --version, and others' --name and --verbose: RSpec's adapter refuses them.
// RSpec's short options without a value, which may stand before others in one word (-cfd), and those with one.
constexpr std::string_view kBare = "bcw";
constexpr std::string_view kValued = "eEtIrPOns";
constexpr std::array<std::string_view, 12> kValuedLong{"--example", "--example-matches", "--tag",   "--require",
                                                       "--pattern", "--exclude-pattern", "--order", "--seed",
                                                       "--options", "--default-path",    "--name",  "--exclude"};
// Ruby's OptionParser takes any unique beginning of a name; shorter ones are unique to nothing here.
constexpr std::size_t kShortestPrefix = 3;

const Owned* owned_long(std::string_view name) {
  if (name.size() < kShortestPrefix) return nullptr;
  const auto* found =
      std::find_if(kOwned.begin(), kOwned.end(), [&](const Owned& o) { return o.name.starts_with(name); });
  return found == kOwned.end() ? nullptr : found;
}

const Owned* owned_short(std::string_view letters) {
  std::size_t first = letters.find_first_not_of(kBare);
  if (first == std::string_view::npos) return nullptr;
  const auto* found =
      std::find_if(kOwned.begin(), kOwned.end(), [&](const Owned& o) { return o.letter == letters[first]; });
  return found == kOwned.end() ? nullptr : found;
}

const Owned* owned(std::string_view argument) {
  if (argument.starts_with("--")) return owned_long(argument.substr(2, argument.find('=') - 2));
  return argument.starts_with('-') ? owned_short(argument.substr(1)) : nullptr;
}

// The next argument is this one's value.
bool takes_next(std::string_view argument) {
  if (argument.size() == 2 && argument[0] == '-') return kValued.find(argument[1]) != std::string_view::npos;
  return std::find(kValuedLong.begin(), kValuedLong.end(), argument) != kValuedLong.end();
}

}  // namespace

std::vector<std::string> framework_args(const std::vector<std::string>& examples, const std::vector<std::string>& tags,
                                        const std::vector<std::string>& after_dashes) {
  std::vector<std::string> all;
  for (const std::string& text : examples) all.push_back("--example=" + text);
  for (const std::string& tag : tags) all.push_back("--tag=" + tag);
  all.insert(all.end(), after_dashes.begin(), after_dashes.end());
  return all;
}

void check_framework_args(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (const Owned* refused = owned(arguments[i])) {
      throw base::Error(base::ExitCode::usage,
                        fmt::format("'{}' cannot be given to the framework: {}", arguments[i], refused->instead));
    }
    if (takes_next(arguments[i])) ++i;
  }
}

}  // namespace dtest::config
