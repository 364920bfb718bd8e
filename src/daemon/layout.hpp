// Where the things of one session lie.
#pragma once
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "system/private_dir.hpp"

namespace dtest::daemon {

/// Two directories of mode 0700: one for sockets (its path must be short), one for what may grow (output files,
/// TMPDIRs). Removes what it made, unless the session's guardian did.
class Layout {
 public:
  /// `sockets`: an existing private directory that somebody else removes too, or nothing: a new one is made.
  explicit Layout(std::optional<std::string> sockets);

  [[nodiscard]] std::string jobs(base::Slot slot, base::Incarnation incarnation) const;
  [[nodiscard]] std::string outcomes(base::Slot slot, base::Incarnation incarnation) const;
  [[nodiscard]] std::string output(base::Slot slot, base::Incarnation incarnation) const;
  [[nodiscard]] std::string hook_output(base::Slot slot) const;
  /// Makes it. Throws base::Error.
  std::string tmpdir(base::Slot slot) const;
  [[nodiscard]] const std::string& sockets() const { return sockets_; }
  [[nodiscard]] const std::string& scratch() const { return scratch_.path(); }

 private:
  system::PrivateDir own_;
  std::string sockets_;
  system::PrivateDir scratch_;
};

}  // namespace dtest::daemon
