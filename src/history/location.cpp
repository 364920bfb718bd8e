#include "history/location.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

namespace dtest::history {
namespace {

namespace fs = std::filesystem;

/// FNV-1a: must not change, or every project loses its history.
std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

}  // namespace

std::string state_home(const char* xdg_state_home, const char* home) {
  if (xdg_state_home != nullptr && xdg_state_home[0] == '/') return xdg_state_home;
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.local/state";
  return {};
}

std::string project_key(const std::string& project_dir) {
  std::error_code error;
  auto real = fs::weakly_canonical(project_dir, error);
  if (error) real = project_dir;
  if (!real.has_filename()) real = real.parent_path();
  auto name = real.filename().string().substr(0, 64);
  for (char& c : name) c = is_plain(c) ? c : '-';
  if (name.empty() || name == "/") name = "root";
  return fmt::format("{}-{:012x}", name, hash_of(real.string()) >> 16);
}

std::string timings_path(const std::string& state_home, const std::string& project_dir) {
  return state_home + "/distributest/" + project_key(project_dir) + "/timings.db";
}

void make_parents(const std::string& path) {
  const auto parent = fs::path(path).parent_path();
  if (parent.empty() || ::mkdir(parent.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno != ENOENT) throw std::system_error(errno, std::generic_category(), parent.string());
  make_parents(parent.string());
  if (::mkdir(parent.c_str(), 0700) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), parent.string());
  }
}

}  // namespace dtest::history
