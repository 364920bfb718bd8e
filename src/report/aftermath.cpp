#include "report/aftermath.hpp"

#include <fmt/format.h>

#include <type_traits>
#include <variant>

namespace dtest::report {
namespace {

std::string_view words(collector::Status status) {
  if (status == collector::Status::timed_out) return "timed out";
  return status == collector::Status::not_run ? "was not run" : collector::name(status);
}

}  // namespace

void Aftermath::take(const collector::Event& event) {
  std::visit(
      [this](const auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, collector::FileRequeue> || std::is_same_v<E, collector::TestRetry> ||
                      std::is_same_v<E, collector::TestEnd> || std::is_same_v<E, collector::FileEnd>)
          on(e);
      },
      event);
}

void Aftermath::on(const collector::FileRequeue& event) {
  if (event.path != path_ || event.item != item_ || event.attempt != attempt_) return;
  why_ = fmt::format("attempt {} at its file was void ({})", event.attempt, event.reason);
}

void Aftermath::on(const collector::TestRetry& event) {
  if (event.path != path_ || event.id != id_ || event.item != item_ || event.attempt != attempt_) return;
  why_ = fmt::format("its example got another chance (retry {} of {})", event.retry, event.retries);
}

void Aftermath::on(const collector::TestEnd& event) {
  if (!why_.empty() && !id_.empty() && event.path == path_ && event.id == id_) later_ = event.status;
}

void Aftermath::on(const collector::FileEnd& event) {
  if (!why_.empty() && id_.empty() && event.path == path_) later_ = event.status;
}

std::string Aftermath::text() const {
  if (why_.empty()) return {};
  const std::string_view what = id_.empty() ? "the file" : "it";
  return "does not count: " + why_ + (later_ ? fmt::format("; tried again, {} {}", what, words(*later_)) : "");
}

}  // namespace dtest::report
