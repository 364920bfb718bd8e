// Configuration files: every text is taken or refused with a sentence that names the file.
#include "base/error.hpp"
#include "config/ini.hpp"
#include "config/nodes.hpp"
#include "config/settings.hpp"
#include "hold.hpp"

using namespace dtest;

namespace {

void offer(const config::IniFile& file, const config::IniEntry& entry) {
  const config::Option* option = config::find_key(entry.key);
  fuzz::hold(option != nullptr, "only known keys are read:", entry.key);
  config::Settings settings;
  settings.offer(*option, {entry.value}, {config::Origin::Kind::file, file.path, entry.line});
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    config::IniFile file = config::parse_ini("the/file", std::string(fuzz::text(data, size)));
    std::uint32_t line = 0;
    for (const config::IniEntry& entry : file.entries) {
      fuzz::hold(entry.line > line, "values stand in the order of their lines");
      line = entry.line;
      if (!config::check_node_entry(file.path, entry)) offer(file, entry);
    }
    std::erase_if(file.entries, config::may_repeat);  // no other file is read here
    config::NodeTable nodes("the");
    nodes.offer(file);
    for (const config::NodeSpec& node : nodes.nodes())
      fuzz::hold(config::is_node_name(node.name), "a node has a name:", node.name);
  } catch (const base::Error& error) {
    fuzz::hold(error.code() == base::ExitCode::config, "it is the configuration that is wrong:", error.what());
    fuzz::hold(std::string(error.what()).find("the/file") != std::string::npos, "it is said where:", error.what());
  }
  return 0;
}
