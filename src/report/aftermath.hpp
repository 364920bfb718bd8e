// What became of a failure after it was told: it may count no longer.
#pragma once
#include <optional>
#include <string>

#include "collector/event.hpp"
#include "report/failure.hpp"

namespace dtest::report {

/// Hears the events that follow the failure's own.
class Aftermath {
 public:
  explicit Aftermath(const Failure& failure)
      : path_(failure.path), id_(failure.id), item_(failure.item), attempt_(failure.attempt) {}
  void take(const collector::Event& event);
  /// "does not count: attempt 1 at its file was void (SIGSEGV); tried again, it passed"; empty: it counts.
  [[nodiscard]] std::string text() const;

 private:
  void on(const collector::FileRequeue& event);
  void on(const collector::TestRetry& event);
  void on(const collector::TestEnd& event);
  void on(const collector::FileEnd& event);

  std::string path_, id_;
  std::uint32_t item_, attempt_;
  std::string why_;
  std::optional<collector::Status> later_;  ///< of the last try after it
};

}  // namespace dtest::report
