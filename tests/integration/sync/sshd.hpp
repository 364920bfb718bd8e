// A real sshd for one test: on a port of 127.0.0.1, with keys made for it, as the user of the test.
#pragma once
#include <string>

#include "cli/remote_rsync.hpp"
#include "support/temp_dir.hpp"
#include "system/process.hpp"

namespace dtest::cli {

class Sshd {
 public:
  Sshd();
  ~Sshd();
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

  /// Why there is none, on a machine without OpenSSH's server; empty when it serves.
  [[nodiscard]] const std::string& missing() const { return missing_; }
  /// Reaches it, with its host key known and our key let in.
  [[nodiscard]] SshHost host() const;
  /// The same, but its host key is not known.
  [[nodiscard]] SshHost stranger() const;
  /// The same, with a key that it does not know.
  [[nodiscard]] SshHost nobody() const;

 private:
  [[nodiscard]] SshHost with(const std::string& key, const std::string& known) const;
  bool keygen(const std::string& name) const;
  bool start();

  support::TempDir dir_;
  system::Child child_;
  int port_ = 0;
  std::string missing_;
};

}  // namespace dtest::cli
