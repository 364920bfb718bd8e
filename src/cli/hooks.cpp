#include "cli/hooks.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "protocol/options.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kHead = 512;  // of a program that is looked into

[[noreturn]] void refuse(const std::string& text) { throw base::Error(base::ExitCode::config, text); }

bool is_there(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;  // a link to nothing is there too: somebody wants that hook
}

// Something that can be read, and is neither a directory nor a device.
void check_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) refuse(path + ": cannot be used as a hook: " + std::strerror(errno));
  if (S_ISDIR(info.st_mode)) refuse(path + " is a directory; a hook is a file");
  if (!S_ISREG(info.st_mode)) refuse(path + " is no regular file; a hook is a file");
}

// What the kernel would say of it only as "Exec format error" or "No such file or directory".
void check_first_line(const std::string& path) {
  std::string head = system::read_slice(path, 0, kHead);
  if (head.empty() && ::access(path.c_str(), R_OK) != 0) return;  // execute permission is enough for a binary
  if (head.empty()) refuse(path + " is empty; write a program, or remove it");
  bool text = head.find('\0') == std::string::npos && !head.starts_with("\x7f" "ELF");
  if (!head.starts_with("#!")) {
    if (text) refuse(path + " has no #! line, so that nobody knows what runs it; begin it with '#!/bin/sh'");
    return;
  }
  std::string line = head.substr(2, head.find('\n') - 2);
  if (line.ends_with('\r')) refuse(path + " has Windows line ends (CR LF); save it with Unix line ends");
  line = base::trim(line);
  std::string program = line.substr(0, line.find_first_of(" \t"));
  if (program.empty()) refuse(path + ": the #! line names no program");
  if (::access(program.c_str(), X_OK) != 0)
    refuse(path + ": the #! line names " + program + ": " + std::strerror(errno));
}

void check_program(const std::string& path) {
  check_file(path);
  if (::access(path.c_str(), X_OK) != 0)
    refuse(path + " is not executable; run 'chmod +x " + base::shell_quote(path) + "'");
  check_first_line(path);
}

void check_ruby(const std::string& path) {
  check_file(path);
  if (::access(path.c_str(), R_OK) != 0) refuse(path + " cannot be read: " + std::strerror(errno));
}

// The path of one hook, or nothing.
std::string find(const config::NamedHook& named, const std::vector<std::string>& places, const std::string& file) {
  if (!named.path.empty()) {
    if (!is_there(named.path)) refuse(named.origin + ": there is no " + named.path);
    return named.path;
  }
  for (const std::string& place : places)
    if (is_there(place + "/" + file)) return place + "/" + file;
  return "";
}

}  // namespace

std::map<std::string, std::string> find_hooks(const config::Hooks& hooks) {
  struct Kind {
    const char* name;
    const config::NamedHook& named;
    const char* file;
    void (*check)(const std::string& path);
  };
  const Kind kinds[] = {{protocol::kNodeSetup, hooks.node_setup, "node_setup", check_program},
                        {protocol::kRunnerSetup, hooks.runner_setup, "runner_setup", check_program},
                        {protocol::kAfterFork, hooks.after_fork, "after_fork.rb", check_ruby}};
  std::map<std::string, std::string> found;
  if (!hooks.wanted) return found;
  for (const Kind& kind : kinds) {
    std::string path = find(kind.named, hooks.places, kind.file);
    if (path.empty()) continue;
    kind.check(path);
    found[kind.name] = path;
  }
  return found;
}

}  // namespace dtest::cli
