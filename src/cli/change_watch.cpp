#include "cli/change_watch.hpp"

#include <sys/stat.h>

#include <utility>
#include <variant>

#include "collector/journal.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

// As far as both are known: what was not read can only be judged by its surroundings.
bool same(const Fingerprint& then, const std::optional<Fingerprint>& now, const std::string& path) {
  if (!now) return false;
  bool untouched = then.size == now->size && then.inode == now->inode && then.mtime_ns == now->mtime_ns;
  if (untouched || then.size != now->size || !then.content) return untouched;
  std::optional<Fingerprint> read = fingerprint(path, true);
  return read && read->content == then.content;
}

}  // namespace

std::optional<Fingerprint> fingerprint(const std::string& path, bool with_content) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  Fingerprint print;
  print.size = static_cast<std::uint64_t>(info.st_size);
  print.inode = info.st_ino;
  print.mtime_ns = std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  if (with_content && print.size <= ChangeWatch::kMostBytes)
    print.content = collector::hash_id(system::read_slice(path, 0, ChangeWatch::kMostBytes));
  return print;
}

void ChangeWatch::plan(const std::string& project, const std::vector<std::string>& files) {
  project_ = project + "/";
  for (const std::string& path : files)
    files_[path].planned = fingerprint(project_ + path, files.size() <= kMostFiles);
}

void ChangeWatch::on_event(const collector::Envelope& envelope) {
  if (const auto* end = std::get_if<collector::FileEnd>(&envelope.event)) ended_.push_back(end->path);
}

void ChangeWatch::check(const std::string& path, File& file, bool after,
                        std::vector<collector::FileChanged>& changes) {
  if (file.told || !file.planned) return;
  std::optional<Fingerprint> now = fingerprint(project_ + path, false);
  if (same(*file.planned, now, project_ + path)) return;
  file.told = true;
  changes.push_back({path, now ? "changed" : "removed", after});
}

std::vector<collector::FileChanged> ChangeWatch::look() {
  std::vector<collector::FileChanged> changes;
  for (const std::string& path : std::exchange(ended_, {})) {
    auto file = files_.find(path);
    if (file == files_.end()) continue;
    check(path, file->second, false, changes);
    file->second.judged = true;
  }
  return changes;
}

std::vector<collector::FileChanged> ChangeWatch::look_at_all() {
  std::vector<collector::FileChanged> changes = look();
  for (auto& [path, file] : files_) check(path, file, file.judged, changes);
  return changes;
}

}  // namespace dtest::cli
