#include "broker/environment.hpp"

namespace dtest::broker {

std::string session_mark(const base::RunId& run, base::SessionNumber number) {
  return run.hex() + "." + std::to_string(number.value);
}

std::map<std::string, std::optional<std::string>> runner_environment(const protocol::SessionOptions& options,
                                                                     const base::RunId& run, base::Slot slot,
                                                                     const std::string& node) {
  std::string number = std::to_string(slot.value);
  std::string test_env_number = options.first_is_empty && slot.value == 1 ? "" : number;
  std::map<std::string, std::optional<std::string>> env{
      {"DTEST", "1"},
      {"DTEST_RUN_ID", run.hex()},
      {"DTEST_NODE", node},
      {"DTEST_RUNNER", number},
      {"DTEST_SLOT", number},
      {"DTEST_RUNNERS", std::to_string(options.runners)},
      {"TEST_ENV_NUMBER", test_env_number},
      {"PARALLEL_TEST_GROUPS", std::to_string(options.runners)},
      {"DB_PREFIX", identifier(options, slot)},
  };
  if (options.seed) env["DTEST_SEED"] = std::to_string(*options.seed);
  return env;
}

std::string identifier(const protocol::SessionOptions& options, base::Slot slot) {
  return options.host + std::to_string(slot.value);
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
