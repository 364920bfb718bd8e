#include "cli/remote_rsync.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace dtest::cli {
namespace {

constexpr int kPartial = 23, kVanished = 24, kNoProgram = 127;

// No question, no unknown host, and a dead connection ends within 15 s.
const std::vector<std::string> kSsh{"ssh", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o",
                                    "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"};

// One word of rsync, which splits it at spaces and knows quotes.
std::string shell_of(const SshHost& ssh) {
  std::vector<std::string> words = ssh_words(ssh);
  for (std::string& word : words) word = base::shell_quote(word);
  return base::join(words, " ");
}

// rsync takes an address with colons only in brackets.
std::string destination(const SshHost& ssh, const std::string& path) {
  if (ssh.host.empty()) return path + "/";
  std::size_t at = ssh.host.rfind('@');
  std::string user = at == std::string::npos ? "" : ssh.host.substr(0, at + 1);
  std::string host = at == std::string::npos ? ssh.host : ssh.host.substr(at + 1);
  if (host.find(':') != std::string::npos && host.front() != '[') host = "[" + host + "]";
  return user + host + ":" + path + "/";
}

bool says(const std::string& said, std::string_view words) { return said.find(words) != std::string::npos; }

bool is_fault(const std::string& line) {
  bool summary = line.empty() || line.starts_with("rsync error:") || line.starts_with("rsync: connection unexpectedly");
  return !summary && line.find("symlink has no referent") == std::string::npos;
}

// The first line that is no summary, without rsync's mark of who said it.
std::string first_fault(const std::string& said) {
  for (std::string line : base::split(said, '\n')) {
    if (line.ends_with('\r')) line.pop_back();
    if (!is_fault(line)) continue;
    std::size_t at = line.find("] ");
    return line.starts_with("rsync: [") && at != std::string::npos ? "rsync: " + line.substr(at + 2) : line;
  }
  return {};
}

struct Known {
  std::string_view words;  ///< that ssh or rsync says
  const char* meaning;
  const char* advice;      ///< HOST is the host
};

const std::array kKnown{
    Known{"Host key verification failed", "its host key is not known here, or has changed",
          "run 'ssh HOST' once and check the key that it shows"},
    Known{"Permission denied (", "it lets nobody in from here without a password", "run 'ssh-copy-id HOST'"},
    Known{"Could not resolve hostname", "there is no such host", "check the name"},
    Known{"Connection refused", "its sshd does not answer", "start it there, or check the port"},
    Known{"kex_exchange_identification", "its sshd hangs up, as when too many come at once",
          "try again, or let it raise MaxStartups (sshd_config)"},
    Known{"No route to host", "it cannot be reached", "check the network"},
    Known{"Network is unreachable", "it cannot be reached", "check the network"},
    Known{"timed out", "it does not answer", "is the machine up?"},
    Known{"rsync: command not found", "it has no rsync", "install rsync there"},
    Known{"rsync: not found", "it has no rsync", "install rsync there"},
    Known{"No space left on device", "its disk is full", "make room there, or give dtestd another --work-dir"},
    Known{"Disk quota exceeded", "the quota there is used up", "make room there, or give dtestd another --work-dir"},
};

std::string of_host(std::string text, const std::string& host) {
  for (std::size_t at = 0; (at = text.find("HOST", at)) != std::string::npos; at += host.size())
    text.replace(at, 4, host);
  return text;
}

}  // namespace

std::vector<std::string> ssh_words(const SshHost& ssh) {
  std::vector<std::string> words = kSsh;
  words.insert(words.end(), ssh.options.begin(), ssh.options.end());
  return words;
}

bool may_pass(const std::string& said) {
  return says(said, "kex_exchange_identification") || says(said, "Connection closed by") ||
         says(said, "Connection reset by");
}

std::string ssh_fault(const SshHost& ssh, const std::string& said) {
  const std::string where = ssh.host.empty() ? "this machine" : ssh.host;
  auto known = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return says(said, k.words); });
  return known == kKnown.end() ? "" : std::string(known->meaning) + "; " + of_host(known->advice, where);
}

std::vector<std::string> remote_command(const RemoteJob& job) {
  // As --copy: a link that leads out of the tree would lead elsewhere from the copy.
  std::vector<std::string> argv{job.program.empty() ? "rsync" : job.program, "-a", "--no-owner", "--no-group",
                                "--no-devices", "--no-specials", "--copy-unsafe-links", "--delete", "--timeout=60"};
  if (job.later) argv.emplace_back(kFileFormat);
  if (!job.ssh.host.empty()) argv.insert(argv.end(), {"--protect-args", "-e", shell_of(job.ssh)});
  for (const std::string& include : job.includes) argv.push_back("--include=" + include);
  for (const std::string& exclude : job.excludes) argv.push_back("--exclude=" + exclude);
  if (!job.exclude_file.empty()) argv.insert(argv.end(), {"--from0", "--exclude-from=" + job.exclude_file});
  argv.insert(argv.end(), {"--", job.from + "/", destination(job.ssh, job.to)});
  return argv;
}

std::string remote_fault(const RemoteJob& job, int status, const std::string& said) {
  if (status == 0 || status == kVanished) return {};
  std::string fault = first_fault(said);
  if (fault.empty() && status == kPartial) return {};
  const std::string where = job.ssh.host.empty() ? "this machine" : job.ssh.host;
  const std::string what = job.ssh.host.empty() ? "rsync to this machine: " : "rsync to " + where + " over ssh: ";
  if (says(said, "Permission denied (13)") && says(said, job.to))
    return what + "its user may not write to " + job.to + "; ssh must log in as the user that runs dtestd there";
  if (const std::string known = ssh_fault(job.ssh, said); !known.empty()) return what + known;
  if (status == kNoProgram) return what + "it has no rsync; install rsync there";
  if (fault.empty()) fault = status < 0 ? "it was killed" : "it ended with status " + std::to_string(status);
  return what + fault;
}

}  // namespace dtest::cli
