#include "daemon/workspace.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "base/error.hpp"

namespace dtest::daemon {
namespace {

constexpr unsigned kMost = 64;              // runs of one project at once
constexpr std::size_t kLongest = 80;        // of a name, before the mark

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

std::uint32_t mark_of(const std::string& text) {
  std::uint32_t hash = 0x811c9dc5U;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return hash;
}

// A name that had to be changed gets a mark, so that no other one is changed into the same.
std::string plain(const std::string& text) {
  std::string name = text.substr(0, kLongest);
  for (char& c : name) c = is_plain(c) ? c : '-';
  if (name.empty() || name.front() == '.') name.insert(0, "_");
  // A lock beside a tree ends so.
  bool same = name == text && !name.ends_with(".lock");
  return same ? name : fmt::format("{}-{:08x}", name, mark_of(text));
}

system::LockedTree take(const std::string& work_dir, const protocol::SessionOptions& options) {
  if (work_dir.empty())
    throw base::Error(base::ExitCode::config, "no place for a workspace: dtestd has no HOME; give it --work-dir");
  try {
    system::make_private_tree(work_dir);
    return system::LockedTree::take(work_dir + "/" + workspace_place(options), kMost);
  } catch (const base::Error& e) {
    throw base::Error(base::ExitCode::config, std::string("no workspace: ") + e.what() +
                                                  "; see dtestd --work-dir");
  }
}

}  // namespace

std::string workspace_place(const protocol::SessionOptions& options) {
  // Machines that were copied may have one name; their keys differ.
  std::string origin = options.key.empty() ? options.origin : options.origin + "+" + options.key;
  return plain(origin) + "/" + plain(options.user) + "/" + plain(options.workspace);
}

Workspace::Workspace(const std::string& work_dir, const protocol::SessionOptions& options)
    : tree_(take(work_dir, options)) {}

}  // namespace dtest::daemon
