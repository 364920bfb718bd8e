// JSON written from left to right, for reports of many thousand lines: no tree in memory, keys in the order given.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::report {

/// Use: open('{'), key("a"), value(1), close('}'). The caller opens and closes in pairs; commas come by themselves.
class JsonText {
 public:
  /// `for_page`: '<', '>' and '&' are escaped, so that the text can stand inside an HTML script element.
  explicit JsonText(bool for_page = false) : for_page_(for_page) {}

  JsonText& open(char bracket);
  JsonText& close(char bracket);
  JsonText& key(std::string_view name);
  JsonText& value(std::string_view text);
  JsonText& value(const char* text) { return value(std::string_view(text)); }
  JsonText& value(bool flag);
  JsonText& value(double number);
  JsonText& value(std::integral auto number) {
    separate();
    out_ += std::to_string(number);
    return *this;
  }
  JsonText& value(const std::vector<std::string>& list);
  JsonText& null();
  /// A new line for readability of what follows; no meaning.
  JsonText& line();
  template <class T> JsonText& pair(std::string_view name, const T& v) { return key(name).value(v); }

  /// So many bytes are about to come.
  JsonText& reserve(std::size_t bytes) {
    out_.reserve(bytes);
    return *this;
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void separate();

  std::string out_;
  bool for_page_;
  bool first_ = true;  // nothing stands before the next value of this object or list
  bool line_ = false;
};

}  // namespace dtest::report
