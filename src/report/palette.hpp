// Colours by name. Off: text passes unchanged.
#pragma once
#include <string>
#include <string_view>

namespace dtest::report {

enum class Colour { plain, bold, dim, red, green, yellow, cyan, bold_red, bold_green, bold_yellow };

/// The sixteen colours that every terminal has, so that its user's theme decides how they look.
class Palette {
 public:
  explicit Palette(bool on = false) : on_(on) {}
  [[nodiscard]] std::string operator()(Colour colour, std::string_view text) const;
  [[nodiscard]] bool on() const { return on_; }

 private:
  bool on_;
};

}  // namespace dtest::report
