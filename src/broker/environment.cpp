#include "broker/environment.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>

namespace dtest::broker {
namespace {

// 0 stays: it is the node, and the template of databases.
std::uint32_t number_of(const protocol::SessionOptions& options, base::Slot slot) {
  return slot.value == 0 ? 0 : slot.value + options.number_offset;
}

}  // namespace

std::string session_mark(const base::RunId& run, base::SessionNumber number, const std::string& node) {
  return run.hex() + "." + std::to_string(number.value) + "." + node;
}

std::map<std::string, std::optional<std::string>> runner_environment(const protocol::SessionOptions& options,
                                                                     const base::RunId& run, base::Slot slot,
                                                                     const std::string& node) {
  const std::uint32_t own = number_of(options, slot);
  const std::string number = std::to_string(own);
  const std::string runners = std::to_string(options.told_runners > 0 ? options.told_runners : options.runners);
  std::string test_env_number = std::to_string(options.first_number + own);
  if (options.first_is_empty && options.first_number + own == 1) test_env_number.clear();
  std::map<std::string, std::optional<std::string>> env{
      {"DTEST", "1"},
      {"DTEST_RUN_ID", run.hex()},
      {"DTEST_NODE", node},
      {"DTEST_RUNNER", number},
      {"DTEST_SLOT", number},
      {"DTEST_RUNNERS", runners},
      {"TEST_ENV_NUMBER", test_env_number},
      {"PARALLEL_TEST_GROUPS", runners},
      {"DB_PREFIX", identifier(options, slot)},
  };
  if (options.seed) env["DTEST_SEED"] = std::to_string(*options.seed);
  return env;
}

std::string database_prefix(const std::string& initiator, const std::string& node, const std::string& workspace) {
  constexpr std::size_t kInitiator = 20, kNode = 12;  // names of databases have 63 bytes
  std::string name;
  for (char c : node)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  // Of user and project only a mark: they may be long.
  const std::size_t slash = workspace.rfind('/');
  std::uint32_t mark = 0x811c9dc5U;
  for (char c : workspace.substr(0, slash)) mark = (mark ^ static_cast<unsigned char>(c)) * 0x01000193U;
  std::array<char, 5> digits{};
  std::snprintf(digits.data(), digits.size(), "%04x", static_cast<unsigned>((mark >> 16U) ^ (mark & 0xffffU)));
  return initiator.substr(initiator.size() - std::min(initiator.size(), kInitiator)) + "_" + name.substr(0, kNode) +
         "_" + digits.data() + "_" + workspace.substr(slash + 1) + "_";
}

std::string identifier(const protocol::SessionOptions& options, base::Slot slot) {
  return options.host + std::to_string(number_of(options, slot));
}

std::map<std::string, std::optional<std::string>> hook_environment(const protocol::SessionOptions& options,
                                                                   const base::RunId& run, base::Slot slot,
                                                                   const std::string& node) {
  std::map<std::string, std::optional<std::string>> env = runner_environment(options, run, slot, node);
  std::string all;
  for (std::uint32_t i = 1; i <= options.runners; ++i) all += (i > 1 ? " " : "") + identifier(options, base::Slot(i));
  env["DTEST_IDENTIFIERS"] = all;
  env["DTEST_TEMPLATE"] = identifier(options, base::Slot(0));
  for (const auto& [name, value] : options.env) env.try_emplace(name, value);
  return env;
}

}  // namespace dtest::broker
