#include "collector/verify.hpp"

namespace dtest::collector {

void Verifier::take(std::string_view line) {
  ++lines_;
  nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) {
    violations_.add(lines_, "it is no JSON object");
    return;
  }
  StoredEvent event(std::move(json), lines_, violations_);
  event.name_kind();
  if (stream_.take(event)) account_.take(event);
}

void Verifier::finish(bool cut_off) {
  if (cut_off) violations_.add(lines_, "the line has no end: the file was cut off");
  stream_.finish(violations_);
  account_.finish(violations_);
}

}  // namespace dtest::collector
