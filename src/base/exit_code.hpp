// The exit codes of dtest and dtestd: one table, shared by the programs, the manual and the tests.
#pragma once

namespace dtest::base {

enum class ExitCode : int {
  ok = 0,            ///< everything planned has a verdict and none is bad
  failed = 1,        ///< something failed, crashed, timed out or did not load
  not_run = 3,       ///< nothing of that, but something was not run
  nothing = 4,       ///< nothing matched
  usage = 64,
  no_node = 69,      ///< no node, or fewer runners than asked for
  internal = 70,     ///< a bug, or the audit contradicts the account
  no_report = 73,    ///< a report that was asked for could not be written (only in place of 0)
  no_permission = 77,
  config = 78,       ///< configuration, no Ruby, no framework, no bundle
  interrupted = 130,
  terminated = 143,
};

constexpr int number(ExitCode code) { return static_cast<int>(code); }

}  // namespace dtest::base
