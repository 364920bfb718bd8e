#include "report/console.hpp"

#include "report/console_impl.hpp"

namespace dtest::report {

std::optional<Format> format_from(const std::string& name) {
  if (name == "progress") return Format::progress;
  if (name == "files") return Format::files;
  if (name == "quiet") return Format::quiet;
  return std::nullopt;
}

Console::Console(ConsoleOptions options, Screen& screen) : impl_(std::make_unique<Impl>(std::move(options), screen)) {}
Console::~Console() = default;

void Console::on_event(const collector::Envelope& envelope) {
  try {
    impl_->on_event(envelope);
  } catch (...) {  // the run matters more than a line of its screen
  }
}

void Console::tick(base::Instant now) {
  try {
    impl_->tick(now);
  } catch (...) {
  }
}

void Console::resize(std::size_t width, std::size_t height) {
  try {
    impl_->resize(width, height);
  } catch (...) {
  }
}

}  // namespace dtest::report
