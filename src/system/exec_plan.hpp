// What a forked child does until its program runs. Everything is laid out before the fork; afterwards only system
// calls are allowed, since other threads' locks are frozen in the child.
#pragma once
#include <string>
#include <vector>

#include "system/process.hpp"

namespace dtest::system {

/// Which step of a launch failed.
enum class Step : int { session, descriptors, input, output, error, cwd, exec };

struct StepFailure {
  Step step;
  int error;  ///< errno
};

/// Built before the fork, used after it. Not copied: it holds pointers into itself.
class ExecPlan {
 public:
  /// Throws base::Error (usage).
  explicit ExecPlan(const SpawnSpec& spec);
  ExecPlan(const ExecPlan&) = delete;
  ExecPlan& operator=(const ExecPlan&) = delete;

  /// In the child only. Writes a StepFailure to `report` and exits with 127 when the program cannot be run.
  [[noreturn]] void run(int report, pid_t parent) noexcept;

 private:
  enum class Kind { inherit, null, read, append, fd, output };
  struct Target { Kind kind; const char* path; int fd; };
  struct Passed { int number, fd; };

  static Target target(const Stream& stream);
  void build_environment();
  void build_candidates();
  [[nodiscard]] std::string value_of(const std::string& name) const;

  void reset_signals() noexcept;
  void start_session(pid_t parent) noexcept;
  void lift_descriptors() noexcept;
  void place_descriptors() noexcept;
  void place_stream(const Target& target, int number, Step step) noexcept;
  void exec() noexcept;
  int lift(int fd) noexcept;
  [[noreturn]] void fail(Step step, int error) noexcept;

  const SpawnSpec& spec_;
  std::vector<std::string> environment_, candidates_;
  std::vector<char*> argv_, envp_;
  Target streams_[3];
  std::vector<Passed> passed_;
  int floor_ = 3;    // first number that no target uses
  int report_ = -1;
};

}  // namespace dtest::system
