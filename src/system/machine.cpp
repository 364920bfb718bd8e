#include "system/machine.hpp"

#include <pwd.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "base/text.hpp"
#include "system/failure.hpp"
#include "system/files.hpp"

namespace dtest::system {

namespace {

double number(std::string_view text) { return std::strtod(std::string(base::trim(text)).c_str(), nullptr); }

std::string text_of(const std::string& path) { return read_file(path, 65536).value_or(""); }

double least(double a, double b) { return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b); }

/// The smallest quota on the way from our cgroup to the root: any of them holds us back.
template <class Read>
double quota_upwards(const std::string& mount, std::string path, Read read) {
  double quota = 0;
  while (true) {
    quota = least(quota, read(mount + path));
    const auto slash = path.rfind('/');
    if (path.empty() || slash == std::string::npos) return quota;
    path.resize(slash);
  }
}

double read_v2(const std::string& dir) { return cpu_quota_v2(text_of(dir + "/cpu.max")); }

double read_v1(const std::string& dir) {
  return cpu_quota_v1(text_of(dir + "/cpu.cfs_quota_us"), text_of(dir + "/cpu.cfs_period_us"));
}

/// 0: none.
double cgroup_quota() {
  double quota = 0;
  for (const std::string& line : base::split(text_of("/proc/self/cgroup"), '\n')) {
    const auto parts = base::split(line, ':');  // number:controllers:path
    if (parts.size() < 3) continue;
    const auto controllers = base::split(parts[1], ',');
    if (parts[0] == "0") quota = least(quota, quota_upwards("/sys/fs/cgroup", parts[2], read_v2));
    if (std::count(controllers.begin(), controllers.end(), "cpu") > 0) {
      quota = least(quota, quota_upwards("/sys/fs/cgroup/cpu", parts[2], read_v1));
    }
  }
  return quota;
}

unsigned allowed_cpus() {
  // More processors than fit make the call fail: ask again with twice the room.
  for (int room = 1024; room <= 1 << 20; room *= 2) {
    cpu_set_t* set = CPU_ALLOC(static_cast<std::size_t>(room));
    const std::size_t size = CPU_ALLOC_SIZE(static_cast<std::size_t>(room));
    const bool known = set != nullptr && ::sched_getaffinity(0, size, set) == 0;
    const int count = known ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (count > 0) return static_cast<unsigned>(count);
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

}  // namespace

double cpu_quota_v2(std::string_view cpu_max) {
  const auto words = base::split(base::trim(cpu_max), ' ');
  if (words.size() < 2 || words[0] == "max") return 0;
  return cpu_quota_v1(words[0], words[1]);
}

double cpu_quota_v1(std::string_view quota_us, std::string_view period_us) {
  const double quota = number(quota_us), period = number(period_us);
  return quota > 0 && period > 0 ? quota / period : 0;
}

unsigned cpu_count() {
  const unsigned allowed = allowed_cpus();
  const double quota = cgroup_quota();
  if (quota <= 0 || quota >= allowed) return allowed;
  return std::max(1u, static_cast<unsigned>(std::ceil(quota)));
}

std::string self_exe() {
  std::string path(4096, '\0');
  const ssize_t n = ::readlink("/proc/self/exe", path.data(), path.size());
  if (n <= 0) throw failure("cannot find the running program through /proc/self/exe");
  path.resize(static_cast<std::size_t>(n));
  return path;
}

std::string host_name() {
  char name[256] = "";
  if (::gethostname(name, sizeof name - 1) != 0) return "localhost";
  const std::string whole = name;
  const std::string brief = whole.substr(0, whole.find('.'));
  return brief.empty() ? "localhost" : brief;
}

std::string machine_mark() {
  // The id itself is nobody else's business: machine-id(5).
  constexpr std::uint32_t kBasis = 0x811c9dc5U, kPrime = 0x01000193U;
  for (const char* path : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    const std::string id(base::trim(text_of(path)));
    if (id.empty()) continue;
    std::uint32_t hash = kBasis;
    for (char c : "distributest" + id) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08x", static_cast<unsigned>(hash));
    return text.data();
  }
  return {};
}

std::string user_name() {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> room(16384);
  if (::getpwuid_r(::geteuid(), &entry, room.data(), room.size(), &found) == 0 && found != nullptr) return entry.pw_name;
  return "uid " + std::to_string(::geteuid());
}

std::string_view last_part(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path == "/") return path;
  return path.substr(path.rfind('/') + 1);
}

}  // namespace dtest::system
