#include "cli/rsync.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kMostSaid = 64 * 1024;
constexpr int kLook = 200;  // ms
constexpr int kVanished = 24;

[[noreturn]] void fail(const std::string& text) { throw base::Error(base::ExitCode::config, text); }

std::string way_out(const std::string& said) {
  if (said.find("No space left") != std::string::npos || said.find("quota exceeded") != std::string::npos)
    return "make room there, or set XDG_CACHE_HOME to a place that has some";
  if (said.find("ermission denied") != std::string::npos)
    return "give yourself the right to read it, or leave it out with --copy-exclude";
  return "run without --copy";
}

bool is_fault(const std::string& line) {
  bool summary = line.empty() || line.starts_with("rsync error:");
  return !summary && line.find("symlink has no referent") == std::string::npos;
}

// Reads what is there; false at the end.
bool read_some(int fd, std::string& text) {
  std::array<char, 4096> buffer{};
  ssize_t got = ::read(fd, buffer.data(), buffer.size());
  if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

// Both outputs until they end; the last percent that was told.
std::string listen(system::UniqueFd& output, system::UniqueFd& error, const RsyncProgress& progress) {
  system::SystemClock clock;
  base::Instant began = clock.now();
  std::string said, line;
  int percent = 0;
  while (output || error) {
    std::array<pollfd, 2> fds{pollfd{output.get(), POLLIN, 0}, pollfd{error.get(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), kLook);
    if (fds[0].revents != 0) {
      if (!read_some(output.get(), line)) output.reset();
      percent = std::max(percent, rsync_percent(line));
      line.erase(0, line.find_last_of("\r\n") + 1);
    }
    if (fds[1].revents != 0 && !read_some(error.get(), said)) error.reset();
    if (said.size() > kMostSaid) said.resize(kMostSaid);
    progress(percent, clock.now() - began);
  }
  return said;
}

}  // namespace

std::vector<std::string> rsync_command(const RsyncJob& job) {
  // A link that leads out of the tree would lead elsewhere from the copy: what it leads to is copied.
  std::vector<std::string> argv{job.program, "-a", "--no-devices", "--no-specials", "--copy-unsafe-links", "--delete",
                                "--no-inc-recursive", "--info=progress2"};
  for (const std::string& exclude : job.excludes) argv.push_back("--exclude=" + exclude);
  argv.insert(argv.end(), {"--", job.from + "/", job.to + "/"});
  return argv;
}

int rsync_percent(std::string_view line) {
  std::size_t sign = line.rfind('%');
  if (sign == std::string_view::npos) return -1;
  int percent = 0, unit = 1;
  std::size_t at = sign;
  for (; at > 0 && line[at - 1] >= '0' && line[at - 1] <= '9' && unit <= 100; --at, unit *= 10)
    percent += (line[at - 1] - '0') * unit;
  return at == sign || percent > 100 ? -1 : percent;
}

std::string rsync_fault(int status, const std::string& said) {
  if (status == 0 || status == kVanished) return {};
  std::vector<std::string> faults = base::split(said, '\n');
  std::erase_if(faults, [](const std::string& line) { return !is_fault(line); });
  constexpr int kPartial = 23;
  if (faults.empty() && status == kPartial) return {};
  if (faults.empty()) return "rsync ended with status " + std::to_string(status) + "; " + way_out(said);
  std::string first = faults.front();
  if (std::size_t at = first.find("] "); first.starts_with("rsync: [") && at != std::string::npos)
    first = "rsync: " + first.substr(at + 2);
  if (faults.size() > 1) first += " (and " + base::plural(faults.size() - 1, "more line") + ")";
  return first + "; " + way_out(said);
}

void run_rsync(const RsyncJob& job, const RsyncProgress& progress) {
  auto [output, its_output] = system::make_pipe();
  auto [error, its_error] = system::make_pipe();
  system::SpawnSpec spec;
  spec.argv = rsync_command(job);
  spec.env["LC_ALL"] = "C";
  spec.output = system::UseFd{its_output.get()};
  spec.error = system::UseFd{its_error.get()};
  spec.death_signal = SIGTERM;
  system::Child child;
  try {
    child = system::spawn(spec);
  } catch (const base::Error& e) {
    fail(std::string("--copy needs rsync: ") + e.what() + ". Install it, or run without --copy.");
  }
  its_output.reset();
  its_error.reset();
  std::string said = listen(output, error, progress);
  std::optional<system::ExitStatus> status = system::wait_for(child, std::chrono::hours(1));
  int code = status && status->code() ? *status->code() : -1;
  std::string fault = rsync_fault(code, base::valid_utf8(said));
  if (!fault.empty()) fail("the project cannot be copied to " + job.to + ": " + fault);
}

}  // namespace dtest::cli
