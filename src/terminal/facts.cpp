#include "terminal/facts.hpp"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

namespace dtest::terminal {
namespace {

std::size_t number_in(const Environment& env, const char* name, std::size_t otherwise) {
  std::string text = env(name).value_or("");
  std::size_t value = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool good = failed == std::errc() && end == text.data() + text.size() && value > 0 && value < 10000;
  return good ? value : otherwise;
}

bool is_on(const Environment& env, const char* name) {
  std::string value = env(name).value_or("");
  return !value.empty() && value != "0";
}

}  // namespace

std::optional<When> when_from(const std::string& word) {
  if (word == "auto") return When::automatic;
  if (word == "always") return When::always;
  if (word == "never") return When::never;
  return std::nullopt;
}

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before the first thread, and on resize
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Size size_of(int fd, const Environment& env) {
  winsize w{};
  bool known = ::ioctl(fd, TIOCGWINSZ, &w) == 0;
  Size size;
  size.width = known && w.ws_col > 0 ? w.ws_col : number_in(env, "COLUMNS", size.width);
  size.height = known && w.ws_row > 0 ? w.ws_row : number_in(env, "LINES", size.height);
  return size;
}

bool is_in_background(int fd) {
  pid_t front = ::tcgetpgrp(fd);
  return front > 0 && front != ::getpgrp();
}

bool stops_output(int fd) {
  termios modes{};
  return ::tcgetattr(fd, &modes) == 0 && (modes.c_lflag & TOSTOP) != 0;
}

bool wants_colour(When when, bool capable, const Environment& env) {
  if (when != When::automatic) return when == When::always;
  if (!env("NO_COLOR").value_or("").empty()) return false;
  if (is_on(env, "CLICOLOR_FORCE") || is_on(env, "FORCE_COLOR")) return true;
  return capable;
}

bool locale_is_utf8() {
  locale_t locale = ::newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) return false;
  std::string codeset = ::nl_langinfo_l(CODESET, locale);
  ::freelocale(locale);
  return codeset == "UTF-8" || codeset == "utf8" || codeset == "UTF8";
}

Facts facts_of(int fd, When colour, const Environment& env) {
  Facts facts;
  facts.tty = ::isatty(fd) == 1;
  std::string term = env("TERM").value_or("");
  facts.live = facts.tty && !term.empty() && term != "dumb";
  facts.colour = wants_colour(colour, facts.live, env);
  facts.unicode = locale_is_utf8();
  facts.size = size_of(fd, env);
  return facts;
}

}  // namespace dtest::terminal
