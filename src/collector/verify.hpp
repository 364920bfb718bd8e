// Checks a stored event stream by itself: what `dtest events --verify` says. Pure; made of code that neither writes
// streams nor keeps the account of a run.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "collector/account_check.hpp"
#include "collector/stream_check.hpp"

namespace dtest::collector {

class Verifier {
 public:
  /// A line without its newline, in the order of the file.
  void take(std::string_view line);
  /// Once, at the end of the file. `cut_off`: its last line has no newline.
  void finish(bool cut_off);

  [[nodiscard]] const Violations& violations() const { return violations_; }
  [[nodiscard]] bool holds() const { return violations_.total() == 0; }
  [[nodiscard]] std::uint64_t events() const { return stream_.events(); }
  [[nodiscard]] const std::string& run() const { return stream_.run(); }
  [[nodiscard]] std::uint64_t files() const { return account_.files(); }
  /// What run.end says.
  [[nodiscard]] const Tally& counts() const { return account_.told(); }

 private:
  Violations violations_;
  StreamCheck stream_;
  AccountCheck account_;
  std::uint64_t lines_ = 0;
};

}  // namespace dtest::collector
