#include <array>
#include <utility>

#include "protocol/codec.hpp"

namespace dtest::protocol {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kOutcomes{{
    {Outcome::done, "done"},
    {Outcome::load_error, "load_error"},
    {Outcome::crashed, "crashed"},
    {Outcome::timed_out, "timed_out"},
    {Outcome::returned, "returned"},
    {Outcome::stopped, "stopped"},
}};

constexpr std::size_t kMaxPath = 4096;

}  // namespace

std::string_view name(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)].second; }

std::optional<Outcome> outcome_from(std::string_view name) {
  for (const auto& [outcome, text] : kOutcomes)
    if (text == name) return outcome;
  return std::nullopt;
}

std::string result_topic(const base::RunId& run) { return "r/" + run.hex() + "/"; }

std::optional<base::RunId> run_of_topic(std::string_view topic) {
  if (topic.size() != 35 || topic.substr(0, 2) != "r/" || topic.back() != '/') return std::nullopt;
  return base::RunId::from_hex(topic.substr(2, 32));
}

bool valid_path(std::string_view path) {
  if (path.empty() || path.size() > kMaxPath || path.front() == '/' || path.back() == '/') return false;
  if (path.find('\0') != std::string_view::npos) return false;
  while (!path.empty()) {
    std::size_t end = path.find('/');
    std::string_view part = path.substr(0, end);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return true;
}

}  // namespace dtest::protocol
