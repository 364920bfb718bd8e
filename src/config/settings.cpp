#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/endpoint.hpp"
#include "config/value.hpp"

namespace dtest::config {
namespace {

using base::Error;

// "file:3: run.timeout", "--timeout", "DTEST_SEED".
std::string place(const Option& option, const Origin& origin) {
  if (origin.kind == Origin::Kind::file) return fmt::format("{}: {}", origin.text(), option.key);
  return origin.text();
}

[[noreturn]] void refuse(const Option& option, const Origin& origin, const std::string& text, std::string_view wanted) {
  throw Error(origin.code(), fmt::format("{}: '{}' {}", place(option, origin), text, wanted));
}

std::string limit(const Option& option, double bound) {
  if (option.kind == Kind::duration) return bound < 1 ? fmt::format("{}ms", bound * 1000) : fmt::format("{}s", bound);
  return fmt::format("{:.0f}", bound);
}

void check_range(const Option& option, const Origin& origin, const std::string& text, double value) {
  if (value >= option.least && value <= option.most) return;
  refuse(option, origin, text,
         fmt::format("is out of range; from {} to {}", limit(option, option.least), limit(option, option.most)));
}

void check_choice(const Option& option, const Origin& origin, const std::string& text) {
  std::vector<std::string> choices = base::split(option.value, '|');
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  refuse(option, origin, text, fmt::format("is none of {}", base::join(choices, ", ")));
}

void check_measure(const Option& option, const Origin& origin, const std::string& text) {
  if (option.kind == Kind::duration) {
    auto value = parse_duration(text);
    if (!value) refuse(option, origin, text, "is not a time; write 10, 10s, 5m, 1h or 250ms");
    check_range(option, origin, text, base::seconds(*value));
  } else if (option.kind == Kind::size) {
    auto value = parse_size(text);
    if (!value) refuse(option, origin, text, "is not a size; write 4096, 64K or 1M");
    check_range(option, origin, text, static_cast<double>(*value));
  } else {
    auto value = parse_number(text);
    if (!value) refuse(option, origin, text, "is not a whole number");
    check_range(option, origin, text, static_cast<double>(*value));
  }
}

}  // namespace

std::string Origin::text() const {
  if (kind == Kind::built_in) return "default";
  return kind == Kind::file ? fmt::format("{}:{}", name, line) : name;
}

base::ExitCode Origin::code() const { return kind == Kind::file ? base::ExitCode::config : base::ExitCode::usage; }

void check_value(const Option& option, const std::string& text, const Origin& origin) {
  if (text.empty()) throw Error(origin.code(), fmt::format("{}: the value is empty", place(option, origin)));
  switch (option.kind) {
    case Kind::text:
    case Kind::path: break;
    case Kind::flag:
      if (!parse_bool(text)) refuse(option, origin, text, "is neither true nor false");
      break;
    case Kind::command: {
      auto words = parse_words(text);
      if (!words) refuse(option, origin, text, "has a quote that is not closed");
      if (words->empty() || words->front().empty()) refuse(option, origin, text, "is no command");
      break;
    }
    case Kind::number:
    case Kind::duration:
    case Kind::size: check_measure(option, origin, text); break;
    case Kind::choice: check_choice(option, origin, text); break;
    case Kind::runners:
      if (!parse_runners(text)) {
        refuse(option, origin, text, "is no number of runners; write 1 to 1024, auto, or -K for all cores but K");
      }
      break;
    case Kind::endpoint:
    case Kind::address:
      check_endpoint(place(option, origin), text, origin.kind == Origin::Kind::file, option.kind == Kind::address);
      break;
  }
}

void Settings::offer(const Option& option, std::vector<std::string> values, Origin origin) {
  for (const std::string& value : values) check_value(option, value, origin);
  if (!values.empty() && find(option.name) == nullptr)
    settings_.push_back({&option, std::move(values), std::move(origin)});
}

const Setting* Settings::find(std::string_view name) const {
  auto found =
      std::find_if(settings_.begin(), settings_.end(), [&](const Setting& s) { return s.option->name == name; });
  return found == settings_.end() ? nullptr : &*found;
}

}  // namespace dtest::config
