#include "report/json_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/json.hpp"

namespace dtest::report {

void JsonText::separate() {
  if (!first_) out_ += ',';
  if (line_) out_ += '\n';
  first_ = line_ = false;
}

JsonText& JsonText::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  if (line_) out_ += '\n';
  line_ = first_ = false;
  out_ += bracket;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  value(name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonText& JsonText::value(std::string_view text) {
  separate();
  base::append_json(out_, text, for_page_ ? "<>&" : "");
  return *this;
}

JsonText& JsonText::value(bool flag) {
  separate();
  out_ += flag ? "true" : "false";
  return *this;
}

JsonText& JsonText::value(double number) {
  separate();
  if (!std::isfinite(number)) number = 0;
  number = std::round(number * 1e6) / 1e6;
  fmt::format_to(std::back_inserter(out_), "{}", number == 0 ? 0.0 : number);
  return *this;
}

JsonText& JsonText::value(const std::vector<std::string>& list) {
  open('[');
  for (const std::string& text : list) value(text);
  return close(']');
}

JsonText& JsonText::null() {
  separate();
  out_ += "null";
  return *this;
}

JsonText& JsonText::line() {
  line_ = true;
  return *this;
}

}  // namespace dtest::report
