// Values as people write them in flags and variables.
#include "base/text.hpp"
#include "config/option.hpp"
#include "config/value.hpp"
#include "hold.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text(data, size);
  if (auto duration = config::parse_duration(text)) fuzz::hold(duration->count() >= 0, "no time is negative");
  if (auto runners = config::parse_runners(text)) fuzz::hold(runners->resolve(2) >= 1, "there is at least one runner");
  config::parse_size(text);
  config::parse_number(text);
  config::parse_bool(text);
  auto words = config::parse_words(text);
  if (!words || text.find('\0') != std::string_view::npos) return 0;
  std::string quoted;
  for (const std::string& word : *words) quoted += base::shell_quote(word) + " ";
  fuzz::hold(config::parse_words(quoted) == words, "quoted words come back:", quoted);
  return 0;
}
