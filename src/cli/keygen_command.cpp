#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "config/key_file.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

std::string as_json(const config::KeygenOptions& options, const config::NamedKey& made) {
  nlohmann::ordered_json all{{"key_file", options.path},
                             {"public_file", config::public_file(options.path)},
                             {"public_key", made.key.text()},
                             {"name", made.name}};
  if (!options.allow.empty()) all["allow"] = options.allow;
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string next_of_person(const config::KeygenOptions& options) {
  return "Next, for each machine that is to run your tests:\n"
         "  there   dtest keygen --node\n"
         "  there   put " + base::valid_utf8(config::public_file(options.path)) +
         " into ~/.config/distributest/allowed/, as " + system::user_name() + ".pub\n"
         "  there   dtestd --listen tcp://ADDRESS:7710\n"
         "  here    put its ~/.config/distributest/node-key.pub into ~/.config/distributest/nodes/, as NAME.pub,\n"
         "          and into ~/.config/distributest/config:  [node.NAME]\n"
         "                                                   endpoint = tcp://ADDRESS:7710\n";
}

std::string next_of_node(const config::KeygenOptions& options) {
  return "Next:\n"
         "  put the key.pub of each person who may run tests here into " + base::valid_utf8(options.allow) +
         "/, as PERSON.pub\n"
         "  (they run any program as " + system::user_name() + ", see dtestd(8))\n"
         "  start 'dtestd --listen tcp://ADDRESS:7710'\n"
         "  give each of them " + base::valid_utf8(config::public_file(options.path)) + "\n";
}

}  // namespace

base::ExitCode keygen_command(const config::KeygenOptions& options) {
  const bool node = !options.allow.empty();
  // The node's name, or the person's: what others see who get the key.
  const std::string name = node ? system::host_name() : system::user_name() + "@" + system::host_name();
  const config::NamedKey made = config::make_key_pair(options.path, name);
  if (node && ::mkdir(options.allow.c_str(), 0700) != 0 && errno != EEXIST)
    throw base::Error(base::ExitCode::config, "cannot make " + options.allow + ": " + std::strerror(errno));
  print(options.json ? as_json(options, made)
                     : "secret key  " + base::valid_utf8(options.path) + " (it stays on this machine)\n" +
                           "public key  " + base::valid_utf8(config::public_file(options.path)) + "\n\n" +
                           (node ? next_of_node(options) : next_of_person(options)));
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
