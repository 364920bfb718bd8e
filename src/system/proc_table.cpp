#include "system/proc_table.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include "system/fd.hpp"

namespace dtest::system {

namespace {

/// A file of /proc; their sizes are not known beforehand. Empty when it has gone.
std::string slurp(const std::string& path, std::size_t most) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  std::string text;
  char part[4096];
  while (fd && text.size() < most) {
    const ssize_t n = ::read(fd.get(), part, sizeof part);
    if (n <= 0) break;
    text.append(part, static_cast<std::size_t>(n));
  }
  return text;
}

template <class T>
bool take(std::string_view& text, T& value) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return error == std::errc{};
}

bool skip_words(std::string_view& text, int count) {
  for (; count > 0; --count) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    text.remove_prefix(std::min(text.find(' '), text.size()));
  }
  return !text.empty();
}

}  // namespace

std::optional<Process> parse_stat(std::string_view line) {
  Process p;
  std::string_view head = line;
  const auto name_end = line.rfind(')');
  if (!take(head, p.pid) || name_end == std::string_view::npos || line.size() < name_end + 4 ||
      line.find('(') >= name_end) {
    return std::nullopt;
  }
  const auto name_begin = line.find('(') + 1;
  p.name = line.substr(name_begin, name_end - name_begin);
  p.state = line[name_end + 2];
  std::string_view rest = line.substr(name_end + 3);
  // Fields 4 to 6, then 22: proc(5).
  if (!take(rest, p.ppid) || !take(rest, p.pgid) || !take(rest, p.sid) || !skip_words(rest, 15)) return std::nullopt;
  if (!take(rest, p.start)) return std::nullopt;
  return p;
}

std::optional<Process> read_process(pid_t pid) {
  return parse_stat(slurp("/proc/" + std::to_string(pid) + "/stat", 4096));
}

ProcTable::ProcTable(std::vector<Process> processes, bool complete)
    : processes_(std::move(processes)), complete_(complete) {
  std::sort(processes_.begin(), processes_.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
}

ProcTable ProcTable::read() {
  std::vector<Process> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir("/proc"), ::closedir);
  bool complete = dir != nullptr;
  while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    errno = 0;
    if (const auto process = read_process(std::atoi(entry->d_name))) {
      found.push_back(*process);
    } else {
      complete = complete && errno != EMFILE && errno != ENFILE && errno != ENOMEM;
    }
  }
  return ProcTable(std::move(found), complete);
}

const Process* ProcTable::find(pid_t pid) const {
  const auto at = std::lower_bound(processes_.begin(), processes_.end(), pid,
                                   [](const Process& p, pid_t wanted) { return p.pid < wanted; });
  return at != processes_.end() && at->pid == pid ? &*at : nullptr;
}

std::vector<Process> descendants(const ProcTable& table, pid_t root) {
  std::multimap<pid_t, const Process*> children;
  for (const auto& p : table.all()) children.emplace(p.ppid, &p);
  std::vector<Process> found;
  std::set<pid_t> seen{root};  // a snapshot is not taken at one instant: it may hold a circle
  std::vector<pid_t> open{root};
  while (!open.empty()) {
    const auto [first, last] = children.equal_range(open.back());
    open.pop_back();
    for (auto at = first; at != last; ++at) {
      if (!seen.insert(at->second->pid).second) continue;
      found.push_back(*at->second);
      open.push_back(at->second->pid);
    }
  }
  return found;
}

std::vector<Process> in_session(const ProcTable& table, pid_t sid) {
  std::vector<Process> found;
  std::copy_if(table.all().begin(), table.all().end(), std::back_inserter(found),
               [sid](const Process& p) { return p.sid == sid; });
  return found;
}

std::optional<std::string> environ_value(pid_t pid, std::string_view name) {
  constexpr std::size_t kMost = 4 << 20;
  const std::string all = slurp("/proc/" + std::to_string(pid) + "/environ", kMost);
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return std::string(entry.substr(name.size() + 1));
    }
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return std::nullopt;
}

std::vector<Process> marked(const ProcTable& table, std::string_view name, std::string_view value,
                            const EnvironLookup& lookup) {
  std::vector<Process> found;
  for (const auto& p : table.all()) {
    if (!p.ended() && lookup(p.pid, name) == value) found.push_back(p);
  }
  return found;
}

}  // namespace dtest::system
