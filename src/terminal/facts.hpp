// What the terminal is and may be sent: found out once at the start, and its size at each SIGWINCH.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace dtest::terminal {

/// --color auto, always, never.
enum class When { automatic, always, never };
std::optional<When> when_from(const std::string& word);

/// Reads an environment variable; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

struct Size {
  std::size_t width = 80, height = 24;
  friend bool operator==(const Size&, const Size&) = default;
};

struct Facts {
  bool tty = false;
  bool live = false;     ///< can redraw: a terminal that is not dumb
  bool colour = false;
  bool unicode = false;  ///< the locale's characters are UTF-8
  Size size;
};

/// Looks at the descriptor and the environment. Never throws.
Facts facts_of(int fd, When colour, const Environment& env);

/// The terminal's size; COLUMNS and LINES where the descriptor has none; else 80 by 24.
Size size_of(int fd, const Environment& env);

/// It is our terminal, and another process group is in front.
bool is_in_background(int fd);
/// It stops a background job that writes to it (stty tostop).
bool stops_output(int fd);

/// --color decides, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then whether it can.
bool wants_colour(When when, bool capable, const Environment& env);

/// Whether the locale that the environment names has UTF-8 (by nl_langinfo; does not change the process's locale).
bool locale_is_utf8();

}  // namespace dtest::terminal
