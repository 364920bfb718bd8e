#include "cli/ssh_script.hpp"

#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(60);
constexpr std::size_t kMost = 64 * 1024;

}  // namespace

std::string run_over_ssh(const SshHost& host, const std::string& script) {
  system::SpawnSpec spec;
  // Whatever shell the person has there, and with what ssh itself says.
  spec.argv = {"sh", "-c", "exec \"$@\" 2>&1", "sh"};
  const std::vector<std::string> words = ssh_words(host);
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  spec.argv.insert(spec.argv.end(), {"--", host.host, "sh -c " + base::shell_quote(script)});
  spec.env["LC_ALL"] = "C";
  const system::Captured said = system::run_and_capture(spec, kPatience, kMost);
  if (said.status.success()) return said.output;
  const std::string text = base::valid_utf8(said.output);
  std::string fault = ssh_fault(host, text);
  if (fault.empty()) fault = text.empty() ? "ssh " + said.status.text() : text.substr(0, text.find('\n'));
  throw base::Error(base::ExitCode::no_node, host.host + ": " + fault);
}

}  // namespace dtest::cli
