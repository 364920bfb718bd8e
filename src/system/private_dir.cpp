#include "system/private_dir.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"
#include "system/failure.hpp"
#include "system/remove_tree.hpp"

namespace dtest::system {

namespace {

constexpr std::string_view kTemplate = "/dt-XXXXXX";

std::string parent_fault(const std::string& parent) {
  if (parent.empty()) return "not set";
  if (parent.front() != '/') return "not an absolute path";
  if (parent.size() + kTemplate.size() + 1 + kSocketNameMax > kSocketPathMax) {
    return "too long for a socket's path of " + std::to_string(kSocketPathMax) + " bytes";
  }
  return {};
}

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The new directory, or empty and `fault` says why.
std::string make_below(std::string parent, std::string& fault) {
  while (parent.size() > 1 && parent.ends_with('/')) parent.pop_back();
  fault = parent_fault(parent);
  if (!fault.empty()) return {};
  std::string path = (parent == "/" ? "" : parent) + std::string(kTemplate);
  if (::mkdtemp(path.data()) == nullptr) {
    fault = with_reason("no directory can be made there", errno);
    return {};
  }
  fault = private_dir_fault(path);
  if (fault.empty()) return path;
  ::rmdir(path.c_str());
  return {};
}

}  // namespace

std::string private_dir_fault(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return with_reason("cannot look at it", errno);
  if (S_ISLNK(status.st_mode)) return "it is a symbolic link";
  if (!S_ISDIR(status.st_mode)) return "it is not a directory";
  if (status.st_uid != ::geteuid()) return "it belongs to another user";
  if ((status.st_mode & 07777) != 0700) return "its mode is not 0700";
  return {};
}

PrivateDir PrivateDir::make() {
  return make_in({from_environment("XDG_RUNTIME_DIR"), from_environment("TMPDIR"), "/tmp"});
}

PrivateDir PrivateDir::make_in(const std::vector<std::string>& parents) {
  std::vector<std::string> faults;
  for (const std::string& parent : parents) {
    std::string fault;
    std::string path = make_below(parent, fault);
    if (!path.empty()) return PrivateDir(std::move(path));
    if (!parent.empty()) faults.push_back(parent + ": " + fault);
  }
  throw base::Error(base::ExitCode::config, "no place for a private directory (" + base::join(faults, "; ") +
                                                "); set TMPDIR to a short directory that you can write to");
}

PrivateDir::PrivateDir(PrivateDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

PrivateDir& PrivateDir::operator=(PrivateDir&& other) noexcept {
  if (this != &other) {
    if (!path_.empty()) remove_tree(path_);
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

PrivateDir::~PrivateDir() {
  if (!path_.empty()) remove_tree(path_);
}

std::string PrivateDir::file(std::string_view name) const { return path_ + "/" + std::string(name); }

std::string PrivateDir::endpoint(std::string_view name) const {
  if (name.size() > kSocketNameMax) throw std::length_error("socket name too long: " + std::string(name));
  return "ipc://" + file(name);
}

std::string PrivateDir::release() { return std::exchange(path_, {}); }

}  // namespace dtest::system
