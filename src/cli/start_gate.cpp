#include "cli/start_gate.hpp"

#include <variant>

namespace dtest::cli {

void StartGate::on_report(const std::string& node, const protocol::Body& body) {
  if (const auto* up = std::get_if<protocol::RunnerUp>(&body)) up_[node].insert(up->slot);
  else if (const auto* exit = std::get_if<protocol::RunnerExit>(&body)) up_[node].erase(exit->slot);
}

std::uint32_t StartGate::up() const {
  std::size_t all = 0;
  for (const auto& [node, slots] : up_) all += slots.size();
  return static_cast<std::uint32_t>(all);
}

StartGate::Says StartGate::ask(bool planned, bool on_the_way, base::Instant now) {
  if (over_) return Says::over;
  const bool enough = planned && up() >= setting_.runners;
  const bool patient = on_the_way && (setting_.wait == base::Duration::zero() || now < deadline());
  over_ = enough || !patient;
  if (enough) return Says::go;
  return patient ? Says::wait : Says::give_up;
}

base::Instant StartGate::deadline() const {
  return over_ || setting_.wait == base::Duration::zero() ? base::kNever : began_ + setting_.wait;
}

}  // namespace dtest::cli
