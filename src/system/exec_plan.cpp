#include "system/exec_plan.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

extern char** environ;

namespace dtest::system {

namespace {

void refuse_nul(const std::string& text) {
  if (text.find('\0') == std::string::npos) return;
  throw base::Error(base::ExitCode::usage, "cannot run a command with a NUL byte in its words or environment");
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) {
    refuse_nul(word);
    out.push_back(const_cast<char*>(word.c_str()));  // NOLINT: exec's prototype is older than const
  }
  out.push_back(nullptr);
  return out;
}

}  // namespace

ExecPlan::ExecPlan(const SpawnSpec& spec)
    : spec_(spec), streams_{target(spec.input), target(spec.output), target(spec.error)} {
  if (spec.argv.empty() || spec.argv[0].empty()) throw base::Error(base::ExitCode::usage, "cannot run an empty command");
  refuse_nul(spec.cwd);
  build_environment();
  build_candidates();
  argv_ = pointers(spec.argv);
  envp_ = pointers(environment_);
  for (const auto& [number, fd] : spec.fds) {
    passed_.push_back({number, fd});
    floor_ = std::max(floor_, number + 1);
  }
}

ExecPlan::Target ExecPlan::target(const Stream& stream) {
  if (std::holds_alternative<Null>(stream)) return {Kind::null, "/dev/null", -1};
  if (const auto* from = std::get_if<FromFile>(&stream)) return {Kind::read, from->path.c_str(), -1};
  if (const auto* to = std::get_if<AppendTo>(&stream)) return {Kind::append, to->path.c_str(), -1};
  if (const auto* use = std::get_if<UseFd>(&stream)) return {Kind::fd, nullptr, use->fd};
  if (std::holds_alternative<SameAsOutput>(stream)) return {Kind::output, nullptr, -1};
  return {Kind::inherit, nullptr, -1};
}

void ExecPlan::build_environment() {
  for (char** at = environ; !spec_.clean_env && at != nullptr && *at != nullptr; ++at) {
    const std::string entry = *at;
    if (!spec_.env.contains(entry.substr(0, entry.find('=')))) environment_.push_back(entry);
  }
  for (const auto& [name, value] : spec_.env) {
    if (value) environment_.push_back(name + "=" + *value);
  }
}

std::string ExecPlan::value_of(const std::string& name) const {
  for (const std::string& entry : environment_) {
    if (entry.starts_with(name + "=")) return entry.substr(name.size() + 1);
  }
  return {};
}

void ExecPlan::build_candidates() {
  const std::string& program = spec_.argv[0];
  if (program.find('/') != std::string::npos) {
    candidates_.push_back(program);
    return;
  }
  std::string path = value_of("PATH");
  if (path.empty()) path = "/usr/local/bin:/usr/bin:/bin";
  for (const std::string& dir : base::split(path, ':')) candidates_.push_back((dir.empty() ? "." : dir) + "/" + program);
}

}  // namespace dtest::system
