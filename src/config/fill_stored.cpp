#include <charconv>

#include "base/error.hpp"
#include "config/fill.hpp"
#include "config/reader.hpp"

namespace dtest::config {
namespace {

// Ids of runs are shown with at least four digits, so that fewer are the number of a failure.
constexpr std::size_t kMostDigits = 3;

[[noreturn]] void misuse(Command command, const std::string& text) {
  std::string name(program(command));
  throw base::Error(base::ExitCode::usage, text + "; see '" + name + " --help'");
}

std::optional<std::uint32_t> number(const std::string& word) {
  std::uint32_t value = 0;
  const char* end = word.data() + word.size();
  const auto result = std::from_chars(word.data(), end, value);
  return result.ec == std::errc() && result.ptr == end && value > 0 ? std::optional(value) : std::nullopt;
}

// RUN, N, RUN N, or RUN:N.
void read_words(const std::vector<std::string>& words, StoredOptions& stored) {
  if (words.empty()) return;
  const bool alone = words.size() == 1;
  if (alone && words[0].size() <= kMostDigits && number(words[0])) {
    stored.failure = *number(words[0]);
    return;
  }
  stored.run = words[0];
  std::string failure = alone ? "" : words[1];
  if (const std::size_t colon = stored.run.find(':'); alone && colon != std::string::npos) {
    failure = stored.run.substr(colon + 1);
    stored.run.resize(colon);
    if (failure.empty()) misuse(stored.command, "'" + words[0] + "' names no failure after the colon");
  }
  if (failure.empty()) return;
  if (!number(failure)) misuse(stored.command, "'" + failure + "' is not the number of a failure, which is 1 or more");
  stored.failure = *number(failure);
}

}  // namespace

StoredOptions fill_stored(Command command, const Settings& settings, const Flags& flags,
                          const std::string& directory) {
  Reader read(settings);
  StoredOptions stored;
  stored.command = command;
  stored.directory = directory;
  if (command == Command::log) {
    stored.node = read.text("node");
    stored.follow = read.flag("follow");
  } else {
    stored.json = read.flag("json");
    stored.color = color_of(read.text("color"));
  }
  if (read.has("limit")) stored.limit = static_cast<std::size_t>(read.number("limit"));
  std::vector<std::string> words = flags.positionals;
  words.insert(words.end(), flags.after_dashes.begin(), flags.after_dashes.end());
  const std::size_t most = command == Command::show ? 2 : command == Command::slow || command == Command::log ? 1 : 0;
  if (words.size() > most) misuse(command, "'" + words[most] + "' is one argument too many");
  if (command == Command::show) read_words(words, stored);
  if ((command == Command::slow || command == Command::log) && !words.empty()) stored.run = words[0];
  return stored;
}

}  // namespace dtest::config
