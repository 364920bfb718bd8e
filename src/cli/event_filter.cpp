#include "cli/event_filter.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "collector/event_schema.hpp"

namespace dtest::cli {
namespace {

std::string sort_of(std::string_view kind) { return std::string(kind.substr(0, kind.find('.'))); }

void check(const std::string& wanted) {
  std::vector<std::string> known;
  for (const std::string_view kind : collector::kind_names()) {
    if (wanted == kind || wanted == sort_of(kind)) return;
    known.emplace_back(kind);
  }
  std::string nearest = base::nearest(wanted, known);
  throw base::Error(base::ExitCode::usage,
                    "--kind: there are no events of the kind '" + wanted + "'" +
                        (nearest.empty() ? "; dtest-events(7) has all kinds" : "; did you mean '" + nearest + "'?"));
}

}  // namespace

EventFilter::EventFilter(std::uint64_t from, std::vector<std::string> kinds) : from_(from), kinds_(std::move(kinds)) {
  for (const std::string& kind : kinds_) check(kind);
}

EventFilter::Seen EventFilter::look(std::string_view line) {
  const nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
  if (!event.is_object()) return {};
  const auto number = event.find("seq");
  if (number == event.end() || !number->is_number_unsigned()) return {};
  const auto kind = event.find("kind");
  const std::string name = kind != event.end() && kind->is_string() ? kind->get<std::string>() : "";
  Seen seen;
  seen.seq = number->get<std::uint64_t>();
  if (const auto run = event.find("run"); run != event.end() && run->is_string()) seen.run = run->get<std::string>();
  const auto last = event.find("last");
  seen.last = last != event.end() && last->is_boolean() && last->get<bool>();
  // Those of the socket itself repeat the number of the newest event, which shows in silence what was missed.
  const std::uint64_t first = seen.before = name.starts_with("stream.") ? seen.seq + 1 : seen.seq;
  if (expected_ != 0 && first > expected_) seen.missed = first - expected_;
  expected_ = std::max(expected_, seen.seq + 1);
  seen.wanted = seen.seq >= from_ && (kinds_.empty() || std::any_of(kinds_.begin(), kinds_.end(), [&](const auto& k) {
                                        return k == name || k == sort_of(name);
                                      }));
  return seen;
}

}  // namespace dtest::cli
