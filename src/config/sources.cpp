#include "config/sources.hpp"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "config/ini.hpp"

namespace dtest::config {
namespace {

void offer_variable(const Option& option, const Surroundings& around, const std::string& name, Settings& settings) {
  std::string value = variable(around, name);
  if (!value.empty()) settings.offer(option, {std::move(value)}, {Origin::Kind::environment, name, 0});
}

// Conventions of other tools: what a variable that is set (and not "0" or "false") means for colours.
void offer_color(const Option& option, const Surroundings& around, Settings& settings) {
  using Meaning = std::pair<const char*, const char*>;
  for (const auto& [name, meaning] :
       {Meaning{"NO_COLOR", "never"}, Meaning{"CLICOLOR_FORCE", "always"}, Meaning{"FORCE_COLOR", "always"}}) {
    std::string value = variable(around, name);
    bool off = value.empty() || (std::string_view(name) != "NO_COLOR" && (value == "0" || value == "false"));
    if (!off) settings.offer(option, {meaning}, {Origin::Kind::environment, name, 0});
  }
}

void offer_entries(const Option& option, const IniFile& file, Settings& settings, bool wanted) {
  std::vector<std::string> values;
  Origin origin;
  for (const IniEntry& entry : file.entries) {
    if (entry.key != option.key) continue;
    Origin here{Origin::Kind::file, file.path, entry.line};
    check_value(option, entry.value, here);
    if (values.empty()) origin = here;
    values.push_back(entry.value);
  }
  if (wanted) settings.offer(option, std::move(values), std::move(origin));
}

}  // namespace

Surroundings surroundings() {
  Surroundings around;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string text = *entry;
    std::size_t equal = text.find('=');
    if (equal != std::string::npos) around.environment.emplace(text.substr(0, equal), text.substr(equal + 1));
  }
  around.directory = std::filesystem::current_path().string();
  around.system_file = std::string(DTEST_SYSCONFDIR) + "/distributest/distributest.conf";
  return around;
}

std::string variable(const Surroundings& around, const std::string& name) {
  auto found = around.environment.find(name);
  return found == around.environment.end() ? std::string() : found->second;
}

// $XDG_CONFIG_HOME counts only when it is absolute (XDG base directory specification).
std::string user_directory(const Surroundings& around) {
  std::string config = variable(around, "XDG_CONFIG_HOME");
  if (config.starts_with('/')) return config + "/distributest";
  std::string home = variable(around, "HOME");
  return home.starts_with('/') ? home + "/.config/distributest" : std::string();
}

void offer_environment(Command command, const Surroundings& around, Settings& settings) {
  for (const Option& option : option_table()) {
    if (!option.applies_to(command) || option.environment.empty()) continue;
    offer_variable(option, around, std::string(option.environment), settings);
    if (option.name == "runners") offer_variable(option, around, "PARALLEL_TEST_PROCESSORS", settings);
    if (option.name == "color") offer_color(option, around, settings);
  }
}

std::vector<std::string> standard_files(Command command, const Surroundings& around, const std::string& project) {
  std::vector<std::string> files;
  if (command != Command::daemon) files.push_back(project + "/.distributest/config");
  std::string user = user_directory(around);
  if (!user.empty()) files.push_back(user + "/config");
  if (!around.system_file.empty()) files.push_back(around.system_file);
  return files;
}

std::vector<std::string> hook_places(const Surroundings& around, const std::string& project) {
  std::vector<std::string> places{project + "/.distributest"};
  std::string user = user_directory(around);
  if (!user.empty()) places.push_back(user);
  if (!around.system_file.empty()) places.push_back(std::filesystem::path(around.system_file).parent_path().string());
  return places;
}

void offer_file(Command command, const std::string& path, bool required, Settings& settings,
                std::vector<std::string>& warnings) {
  std::optional<IniFile> file = read_ini(path, required);
  if (!file) return;
  warnings.insert(warnings.end(), file->warnings.begin(), file->warnings.end());
  for (const Option& option : option_table()) {
    if (!option.key.empty()) offer_entries(option, *file, settings, option.applies_to(command));
  }
}

void offer_defaults(Command command, Settings& settings) {
  for (const Option& option : option_table()) {
    if (option.applies_to(command) && !option.standard.empty()) {
      settings.offer(option, {std::string(option.standard)}, {});
    }
  }
}

}  // namespace dtest::config
