#include "sshd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "system/machine.hpp"

namespace dtest::cli {
namespace {

constexpr int kTries = 600;
constexpr int kPorts = 20;

sockaddr_in address(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

bool reaches(int port, int (*call)(int, const sockaddr*, socklen_t)) {
  system::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in at = address(port);
  return call(fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
}

std::string program() {
  for (const char* path : {"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"})
    if (::access(path, X_OK) == 0) return path;
  return {};
}

}  // namespace

Sshd::Sshd() {
  if (program().empty()) missing_ = "no sshd: run tools/install-deps test";
  else if (!keygen("host") || !keygen("user") || !keygen("other")) missing_ = "ssh-keygen failed";
  else if (!start()) missing_ = "sshd did not start: " + dir_.get("log");
}

Sshd::~Sshd() {
  if (child_.pid <= 0) return;
  ::kill(child_.pid, SIGKILL);
  system::wait_for(child_, std::chrono::seconds(10));
}

bool Sshd::keygen(const std::string& name) const {
  system::SpawnSpec spec;
  spec.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir_.file(name)};
  return system::run_and_capture(spec, std::chrono::seconds(60)).status.success();
}

bool Sshd::start() {
  dir_.put("allowed", dir_.get("user.pub"));
  for (int i = 0; i < kPorts; ++i) {
    port_ = 20'000 + (static_cast<int>(::getpid()) * 7 + i * 131) % 10'000;
    if (!reaches(port_, ::bind)) continue;
    system::SpawnSpec spec;
    spec.argv = {program(), "-D", "-e", "-f", "/dev/null", "-h", dir_.file("host"), "-p", std::to_string(port_), "-o",
                 "ListenAddress=127.0.0.1", "-o", "AuthorizedKeysFile=" + dir_.file("allowed"), "-o",
                 "StrictModes=no", "-o", "UsePAM=no", "-o", "PidFile=none", "-o", "PermitRootLogin=yes", "-o",
                 "PasswordAuthentication=no", "-o", "KbdInteractiveAuthentication=no"};
    spec.error = system::AppendTo{dir_.file("log")};
    spec.death_signal = SIGKILL;
    // Run by root it insists on a directory that only its service makes.
    if (::geteuid() == 0) [[maybe_unused]] int made = std::system("mkdir -p /run/sshd");
    child_ = system::spawn(spec);
    for (int tries = 0; tries < kTries; ++tries) {
      if (reaches(port_, ::connect)) {
        dir_.put("known", "[127.0.0.1]:" + std::to_string(port_) + " " + dir_.get("host.pub"));
        dir_.put("unknown", "");
        return true;
      }
      if (system::wait_for(child_, std::chrono::milliseconds(50))) break;
    }
    if (dir_.get("log").find("Address already in use") == std::string::npos) return false;
  }
  return false;
}

SshHost Sshd::with(const std::string& key, const std::string& known) const {
  return {system::user_name() + "@127.0.0.1",
          {"-F", "/dev/null", "-p", std::to_string(port_), "-i", dir_.file(key), "-o", "IdentitiesOnly=yes", "-o",
           "IdentityAgent=none", "-o", "UserKnownHostsFile=" + dir_.file(known), "-o",
           "GlobalKnownHostsFile=/dev/null"}};
}

SshHost Sshd::host() const { return with("user", "known"); }
SshHost Sshd::stranger() const { return with("user", "unknown"); }
SshHost Sshd::nobody() const { return with("other", "known"); }

}  // namespace dtest::cli
