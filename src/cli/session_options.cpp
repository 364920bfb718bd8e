#include "cli/session_options.hpp"

#include <algorithm>
#include <cctype>

#include "cli/hooks.hpp"
#include "cli/program.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

protocol::SessionOptions select(const config::Selection& selection, const RubyChoice& ruby, const std::string& host) {
  protocol::SessionOptions session;
  session.project = selection.directory;
  session.ruby = ruby.command;
  session.env = ruby.env;
  if (selection.boot.empty()) session.lib = runner_library();
  session.framework = selection.framework;
  session.bundler = selection.bundler;
  session.paths = selection.paths;
  session.patterns = selection.patterns;
  session.excludes = selection.excludes;
  session.includes = selection.includes;
  session.requires_ = selection.requires_;
  session.args = selection.framework_args;
  session.origin = host;
  session.user = system::user_name();
  // DB_PREFIX becomes part of database names: letters and digits only, as the predecessor had it.
  std::copy_if(host.begin(), host.end(), std::back_inserter(session.host),
               [](unsigned char c) { return std::isalnum(c) != 0; });
  return session;
}

}  // namespace

protocol::SessionOptions session_options(const config::RunOptions& options, const RubyChoice& ruby,
                                         const std::string& host) {
  protocol::SessionOptions session = select(options.selection, ruby, host);
  session.seed = options.seed;
  session.preload = options.preload;
  session.runners = options.runners.resolve(system::cpu_count());
  session.timeout = options.timeout;
  session.boot_timeout = options.timeout;
  session.grace = options.grace;
  session.first_is_empty = options.first_is_empty;
  session.tmpdir = options.tmpdir;
  session.hooks = find_hooks(options.hooks);
  session.hook_timeout = options.hook_timeout;
  session.exit_timeout = options.exit_timeout;
  session.share_database = options.share_database;
  session.runner_memory = options.runner_memory;
  session.output_cap = options.output_cap;
  return session;
}

protocol::SessionOptions plan_options(const config::RunOptions& options, const RubyChoice& ruby,
                                      const std::string& host) {
  protocol::SessionOptions session = select(options.selection, ruby, host);
  session.mode = "list";
  session.seed = options.seed;
  session.runners = 1;
  return session;
}

protocol::SessionOptions session_options(const config::DebugOptions& options, const RubyChoice& ruby,
                                         const std::string& host) {
  protocol::SessionOptions session = select(options.selection, ruby, host);
  session.seed = options.seed;
  session.runners = 1;
  session.first_is_empty = options.first_is_empty;
  session.tmpdir = options.tmpdir;
  session.hooks = find_hooks(options.hooks);
  return session;
}

}  // namespace dtest::cli
