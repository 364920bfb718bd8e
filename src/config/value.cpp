#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace dtest::config {
namespace {

constexpr std::uint32_t kMostRunners = 1024;
constexpr std::size_t kMostDigits = 18;

bool digits_only(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Splits "250ms" into 250 and "ms". The number may have one decimal point.
std::optional<std::pair<double, std::string_view>> number_and_unit(std::string_view text) {
  std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  if (end == 0 || end > kMostDigits || text.front() == '.' || text[end - 1] == '.') return std::nullopt;
  double number = 0;
  auto [stop, problem] = std::from_chars(text.data(), text.data() + end, number);
  if (problem != std::errc() || stop != text.data() + end) return std::nullopt;
  return std::pair(number, text.substr(end));
}

class Words {
 public:
  void put(char c) {
    word_ += c;
    open_ = true;
  }
  void open() { open_ = true; }
  void close() {
    if (open_) words_.push_back(std::exchange(word_, {}));
    open_ = false;
  }
  std::vector<std::string> take() {
    close();
    return std::move(words_);
  }

 private:
  std::vector<std::string> words_;
  std::string word_;
  bool open_ = false;
};

// What stands at text[i] inside quotes; moves to the closing quote, or past the end.
std::size_t quoted(std::string_view text, std::size_t i, Words& words) {
  char quote = text[i++];
  words.open();
  for (; i < text.size() && text[i] != quote; ++i) {
    if (quote == '"' && text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    words.put(text[i]);
  }
  return i;
}

}  // namespace

std::uint32_t Runners::resolve(std::uint32_t cores) const {
  std::uint32_t wanted = cores;
  if (kind == Kind::count) wanted = number;
  if (kind == Kind::all_but) wanted = cores > number ? cores - number : 1;
  return std::clamp<std::uint32_t>(wanted, 1, kMostRunners);
}

std::optional<Runners> parse_runners(std::string_view text) {
  if (text == "auto") return Runners{};
  bool leave = text.starts_with('-');
  auto number = parse_number(text.substr(leave ? 1 : 0));
  if (!number || *number == 0 || *number > kMostRunners) return std::nullopt;
  return Runners{leave ? Runners::Kind::all_but : Runners::Kind::count, static_cast<std::uint32_t>(*number)};
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (!digits_only(text) || text.size() > kMostDigits) return std::nullopt;
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<base::Duration> parse_duration(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits{
      {{"", 1}, {"s", 1}, {"ms", 0.001}, {"m", 60}, {"h", 3600}}};
  constexpr double kMost = 1e9;  // thirty years: far beyond any range, far below an overflow
  auto split = number_and_unit(text);
  if (!split) return std::nullopt;
  for (const auto& [unit, seconds] : kUnits) {
    if (unit == split->second) return base::from_seconds(std::min(split->first * seconds, kMost));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  static constexpr std::array<std::pair<char, unsigned>, 3> kUnits{{{'K', 10}, {'M', 20}, {'G', 30}}};
  unsigned shift = 0;
  for (const auto& [unit, bits] : kUnits) {
    if (text.ends_with(unit)) shift = bits;
  }
  if (shift != 0) text.remove_suffix(1);
  auto number = parse_number(text);
  if (!number || *number > (UINT64_MAX >> shift)) return std::nullopt;
  return *number << shift;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "yes" || text == "on" || text == "1") return true;
  if (text == "false" || text == "no" || text == "off" || text == "0") return false;
  return std::nullopt;
}

std::optional<std::vector<std::string>> parse_words(std::string_view text) {
  Words words;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' || text[i] == '"') {
      i = quoted(text, i, words);
      if (i >= text.size()) return std::nullopt;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      words.put(text[++i]);
    } else if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n') {
      words.close();
    } else {
      words.put(text[i]);
    }
  }
  return words.take();
}

}  // namespace dtest::config
