// One row per option of dtest and dtestd. The parser, --help, the manual, the configuration keys and the commented
// example in etc/ all come from, or are tested against, this table.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::config {

/// What can be asked for. Values are bits, so that a row can name several.
enum class Command : std::uint32_t { run = 1, list = 2, events = 4, version = 8, help = 16, daemon = 32,
                                      debug = 64, show = 128, history = 256, slow = 512, flaky = 1024,
                                      report = 2048, keygen = 4096, nodes = 8192, bisect = 16384,
                                      config = 32768, completion = 65536, log = 131072 };

/// How a value is written. `command` is a shell-like list of words; an `endpoint` is ipc, an `address` may be TCP.
enum class Kind : std::uint8_t { flag, text, path, command, number, duration, size, choice, runners, endpoint,
                                 address };

/// Headings of --help.
enum class Group : std::uint8_t { select, place, stop, show, general };

/// One row. All text is static. Numbers in `least` and `most` are counts, bytes or seconds, by kind.
struct Option {
  std::string_view name;  ///< long name without dashes
  char letter;            ///< short name, or 0
  Kind kind;
  std::string_view value;  ///< value name; of a choice its values, separated by "|"; empty for flags
  bool repeatable;
  std::string_view alone;        ///< what it means without a value ("true", "false", "1"); empty: it needs one
  std::string_view key;          ///< "section.key" in configuration files, or empty
  std::string_view environment;  ///< variable, or empty
  std::string_view standard;     ///< default as it would be written in a file, or empty
  std::string_view help;         ///< one line, no full stop
  Group group;
  unsigned commands;  ///< bits of Command
  double least, most;

  /// `dtest config` takes what `dtest run` takes, to say what would count.
  [[nodiscard]] bool applies_to(Command command) const {
    const Command asked = command == Command::config ? Command::run : command;
    return (commands & static_cast<unsigned>(asked)) != 0;
  }
  [[nodiscard]] bool optional_value() const { return kind != Kind::flag && !alone.empty(); }
};

/// The whole table, in the order in which people read it.
std::span<const Option> option_table();

/// The row of a command's option by its long name, or null.
const Option* find_option(Command command, std::string_view name);
/// The row of a command's option by its short name, or null.
const Option* find_option(Command command, char letter);
/// The first row that has this configuration key, or null.
const Option* find_key(std::string_view key);

/// "Select", ...
std::string_view title(Group group);
/// "dtest run", ..., "dtestd": what stands before the arguments.
std::string_view program(Command command);
/// The programs whose `--help` and manual page have the row: every command that it applies to, but for `dtest config`.
std::vector<Command> commands_of(const Option& option);
/// It takes runs that are stored for its arguments.
bool reads_stored_runs(Command command);

}  // namespace dtest::config
