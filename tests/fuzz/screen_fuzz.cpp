// Lines of events as the screen shows them: names, messages and output are somebody's, and none of it may move the
// cursor, change the terminal, or break a line. How it is shown depends on the length.
#include "base/text.hpp"
#include "collector/event_json.hpp"
#include "hold.hpp"
#include "report/console.hpp"

using namespace dtest;

namespace {

class Checked final : public report::Screen {
 public:
  void permanent(std::string lines) override {
    fuzz::hold(lines.empty() || lines.back() == '\n', "what stays are whole lines:", lines);
    check(lines, true);
  }
  void live(std::vector<std::string> block) override {
    for (const std::string& line : block) check(line, false);
  }

 private:
  static void check(std::string_view text, bool newlines) {
    fuzz::hold(base::valid_utf8(text) == text, "the screen gets UTF-8:", text);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\x1b') i = after_colour(text, i);
      const auto c = static_cast<unsigned char>(text[i]);
      fuzz::hold((c >= 0x20 && c != 0x7f) || (c == '\n' && newlines), "the screen gets no controls:", text);
    }
  }
  // Of the last character of ESC [ digits ; m.
  static std::size_t after_colour(std::string_view text, std::size_t at) {
    const std::size_t end = text.find_first_not_of("0123456789;", at + 2);
    fuzz::hold(text.substr(at + 1, 1) == "[" && end != std::string_view::npos && text[end] == 'm',
               "only colours are sent:", text);
    return end;
  }
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Checked screen;
  report::ConsoleOptions options;
  options.run = "b0b38ba700112233445566778899aabb";
  options.colour = size % 2 == 0;
  options.live = size / 2 % 2 == 0;
  options.unicode = size / 4 % 2 == 0;
  options.format = static_cast<report::Format>(size / 8 % 3);
  options.width = 20 + size % 256;
  report::Console console(options, screen);
  std::string_view rest = fuzz::text(data, size);
  base::Instant now{std::chrono::seconds(1000)};
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (auto event = collector::from_json_line(rest.substr(0, end))) console.on_event(*event);
    console.tick(now += std::chrono::seconds(1));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return 0;
}
