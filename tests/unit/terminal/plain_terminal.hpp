// A terminal of a few sequences: what a person would see after some bytes. Enough for what frame() sends.
#pragma once
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::terminal {

class PlainTerminal {
 public:
  explicit PlainTerminal(std::size_t width) : width_(width) {}

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      if (bytes.starts_with("\x1b[")) bytes.remove_prefix(sequence(bytes));
      else {
        put(bytes[0]);
        bytes.remove_prefix(1);
      }
    }
  }
  [[nodiscard]] std::string text() const {
    std::string all;
    for (std::size_t i = 0; i < rows_.size(); ++i) all += (i > 0 ? "\n" : "") + rows_[i];
    return all;
  }

 private:
  std::size_t sequence(std::string_view bytes) {
    std::size_t end = bytes.find_first_not_of("?0123456789;", 2);
    char what = bytes[end];
    std::string number(bytes.substr(2, end - 2));
    if (what == 'A') row_ -= static_cast<std::size_t>(std::atoi(number.c_str()));
    if (what == 'J') {
      rows_.resize(row_ + 1);
      rows_[row_].resize(column_);
    }
    if (what == 'l' || what == 'h') wrap_ = what == 'h';
    return end + 1;
  }
  void put(char c) {
    if (c == '\r') column_ = 0;
    else if (c == '\n') {
      column_ = 0;  // as the line discipline does
      next_row();
    } else {
      if (column_ == width_ && wrap_) {
        column_ = 0;
        next_row();
      }
      if (column_ == width_) --column_;
      std::string& row = rows_[row_];
      if (row.size() <= column_) row.resize(column_ + 1, ' ');
      row[column_++] = c;
    }
  }
  void next_row() {
    if (++row_ == rows_.size()) rows_.emplace_back();
  }

  std::size_t width_, row_ = 0, column_ = 0;
  bool wrap_ = true;
  std::vector<std::string> rows_{""};
};

}  // namespace dtest::terminal
