// How a process ended.
#pragma once
#include <optional>
#include <string>

namespace dtest::system {

/// A wait status, as a value. Unknown when the process was reaped by somebody else.
class ExitStatus {
 public:
  constexpr ExitStatus() = default;
  constexpr explicit ExitStatus(int wait_status) : raw_(wait_status) {}
  static ExitStatus exited_with(int code) { return ExitStatus((code & 0xff) << 8); }
  static ExitStatus killed_by(int signal) { return ExitStatus(signal & 0x7f); }

  /// The status as wait(2) gave it, or -1 when unknown.
  [[nodiscard]] constexpr int raw() const { return raw_; }
  [[nodiscard]] bool known() const { return raw_ >= 0; }
  [[nodiscard]] std::optional<int> code() const;
  [[nodiscard]] std::optional<int> signal() const;
  [[nodiscard]] bool success() const { return raw_ == 0; }
  /// "exit 0", "SIGSEGV (core dumped)", "ended".
  [[nodiscard]] std::string text() const;

  friend constexpr bool operator==(const ExitStatus&, const ExitStatus&) = default;

 private:
  int raw_ = -1;
};

}  // namespace dtest::system
