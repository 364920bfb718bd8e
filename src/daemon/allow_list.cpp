#include "daemon/allow_list.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "config/key_file.hpp"

namespace dtest::daemon {
namespace {

constexpr const char* kEnding = ".pub";

[[noreturn]] void refuse(const std::string& text, bool foreign) {
  throw base::Error(foreign ? base::ExitCode::no_permission : base::ExitCode::config, text);
}

}  // namespace

AllowList::AllowList(std::string directory) : directory_(std::move(directory)) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory_, ignored)) {
    refuse("there is no directory " + directory_ +
               " of the keys that may use this node: make it (mkdir -m 700), and put them there as NAME.pub", false);
  }
  if (config::Looseness found = config::looseness(directory_); !found.fault.empty()) refuse(found.fault, found.foreign);
  std::vector<std::string> warnings;
  seen_ = stamps();
  if (seen_) read(*seen_, warnings);
  if (!warnings.empty()) refuse(warnings.front(), false);
}

std::string AllowList::name_of(const std::string& key) const {
  auto at = names_.find(key);
  return at == names_.end() ? std::string() : at->second;
}

std::optional<AllowList::Stamps> AllowList::stamps() const {
  if (!config::looseness(directory_).fault.empty()) return std::nullopt;
  Stamps found;
  std::error_code problem;
  std::filesystem::directory_iterator at(directory_, problem);
  for (; !problem && at != std::filesystem::directory_iterator(); at.increment(problem)) {
    if (at->path().extension() != kEnding) continue;
    struct stat info {};
    if (::stat(at->path().c_str(), &info) != 0) continue;
    found[at->path().string()] = {info.st_ino, info.st_size, info.st_ctim.tv_sec, info.st_ctim.tv_nsec};
  }
  if (problem) return std::nullopt;
  return found;
}

void AllowList::read(const Stamps& files, std::vector<std::string>& warnings) {
  names_.clear();
  for (const auto& [path, stamp] : files) {
    try {
      config::NamedKey key = config::load_public_key(path);
      names_.emplace(key.key.text(), std::filesystem::path(path).stem().string());
    } catch (const base::Error& problem) {
      warnings.emplace_back(problem.what());
    }
  }
}

AllowList::Change AllowList::look() {
  std::optional<Stamps> now = stamps();
  if (now == seen_) return {};
  Change change{true, {}};
  seen_ = std::move(now);
  if (seen_) {
    read(*seen_, change.warnings);
  } else {
    names_.clear();
    change.warnings.push_back("the keys in " + directory_ + " cannot be trusted or read, so nobody may use this node" +
                              ": " + config::looseness(directory_).fault);
  }
  return change;
}

}  // namespace dtest::daemon
