#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "broker/environment.hpp"
#include "cli/command.hpp"
#include "cli/foreground.hpp"
#include "cli/ruby_choice.hpp"
#include "cli/session_options.hpp"
#include "protocol/codec.hpp"
#include "system/files.hpp"
#include "system/machine.hpp"
#include "system/private_dir.hpp"
#include "system/random.hpp"

namespace dtest::cli {
namespace {

constexpr base::Slot kFirst{1};
constexpr const char* kNode = "local";
constexpr int kBySignal = 128;

struct Session {
  protocol::SessionOptions options;
  base::RunId run;
  system::PrivateDir dir;
  std::string tmp;  ///< TMPDIR of the runner; empty: none of its own
};

Session open(const config::DebugOptions& options, const RubyChoice& ruby) {
  Session session;
  session.options = session_options(options, ruby, system::host_name());
  system::random_bytes(session.run.bytes);
  const char* tmp = std::getenv("TMPDIR");
  session.dir = system::PrivateDir::make_in({tmp == nullptr ? "/tmp" : tmp, "/tmp"});
  if (!options.tmpdir) return session;
  session.tmp = session.dir.file("tmp");
  if (::mkdir(session.tmp.c_str(), 0700) != 0)
    throw base::Error(base::ExitCode::config, "cannot make " + session.tmp + ": " + std::strerror(errno));
  return session;
}

// What distinguishes a runner, with what its Ruby needs.
system::EnvChanges environment(const Session& session) {
  system::EnvChanges env = broker::runner_environment(session.options, session.run, kFirst, kNode);
  for (const auto& [name, value] : session.options.env) env.try_emplace(name, value);
  return env;
}

// The options of a session as doc/protocol.md §8 has them, with what is the runner's.
std::string as_json(const Session& session) {
  nlohmann::json json = nlohmann::json::from_msgpack(protocol::encode(protocol::LocalWork(
      protocol::BootWork{session.options, {}})));
  for (const char* key : {"v", "k", "defer"}) json.erase(key);
  json["env"] = nlohmann::json::object();
  for (const auto& [name, value] : environment(session))
    json["env"][name] = value ? nlohmann::json(*value) : nlohmann::json();
  if (!session.tmp.empty()) json["tmp"] = session.tmp;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void run_hook(const Session& session, const char* hook, base::Slot slot, Foreground& terminal) {
  auto found = session.options.hooks.find(hook);
  if (found == session.options.hooks.end() || terminal.asked_to_end() != 0) return;
  system::EnvChanges env = broker::hook_environment(session.options, session.run, slot, kNode);
  if (slot == kFirst && !session.tmp.empty()) env["TMPDIR"] = session.tmp;
  std::string identifier = broker::identifier(session.options, slot);
  system::ExitStatus status = terminal.run({found->second, identifier}, env, session.options.project);
  if (status.success()) return;
  throw base::Error(base::ExitCode::config, found->second + " failed (" + status.text() + ")");
}

base::ExitCode code_of(const system::ExitStatus& status) {
  if (status.signal()) return static_cast<base::ExitCode>(kBySignal + *status.signal());
  return static_cast<base::ExitCode>(status.code().value_or(base::number(base::ExitCode::internal)));
}

}  // namespace

base::ExitCode debug_command(const config::DebugOptions& options) {
  RubyChoice ruby = choose_ruby(options.selection.ruby, options.selection.directory);
  Session session = open(options, ruby);
  std::string file = session.dir.file("options.json");
  system::write_atomic(file, as_json(session), 0600);
  Foreground terminal(broker::session_mark(session.run, base::SessionNumber(1), config::kLocal));
  run_hook(session, protocol::kNodeSetup, base::kBootSlot, terminal);
  run_hook(session, protocol::kRunnerSetup, kFirst, terminal);
  if (int signal = terminal.asked_to_end(); signal != 0) return static_cast<base::ExitCode>(kBySignal + signal);
  std::vector<std::string> argv = session.options.ruby;
  argv.push_back(session.options.lib + "/debug.rb");
  argv.push_back(file);
  return code_of(terminal.run(argv, environment(session), session.options.project));
}

}  // namespace dtest::cli
