// dtest events --verify FILE: is the account of a stored run one?
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "collector/verify.hpp"
#include "history/log_reader.hpp"

namespace dtest::cli {
namespace {

using collector::Tally;
using collector::Verifier;

constexpr std::size_t kShown = 100;

// Packed or not; a line that was cut off is looked at, too.
void read(const std::string& path, Verifier& verifier) {
  history::LineReader lines(path);
  while (std::optional<std::string> line = lines.next()) verifier.take(*line);
  if (!lines.rest().empty()) verifier.take(lines.rest());
  verifier.finish(!lines.rest().empty() || lines.damaged());
}

std::string account(const Verifier& verifier) {
  std::uint64_t all = 0;
  std::string parts;
  for (std::size_t i = 0; i < Tally::kWords.size(); ++i) {
    const std::uint64_t number = verifier.counts().number[i];
    all += number;
    std::string word(Tally::kWords[i]);
    for (char& c : word) c = c == '_' ? ' ' : c;
    if (number > 0) parts += (parts.empty() ? ": " : ", ") + base::show_count(number) + " " + word;
  }
  return base::plural(verifier.files(), "file") + ", " + base::plural(all, "verdict") + parts;
}

std::string for_people(const std::string& path, const Verifier& verifier) {
  std::string text;
  const auto& found = verifier.violations().kept();
  for (std::size_t i = 0; i < found.size() && i < kShown; ++i) {
    const std::string line = found[i].line > 0 ? ":" + std::to_string(found[i].line) : "";
    text += path + line + ": " + base::valid_utf8(found[i].text) + "\n";
  }
  const std::string run = verifier.run().empty() ? "" : " of run " + base::valid_utf8(verifier.run()).substr(0, 8);
  const std::string events = base::plural(verifier.events(), "event") + run;
  if (verifier.holds()) return path + ": " + events + ": the account holds\n" + account(verifier) + "\n";
  const std::uint64_t total = verifier.violations().total();
  if (total > kShown) text += "(the first " + std::to_string(kShown) + "; --json has up to 1000)\n";
  return text + path + ": " + events + ": " + base::plural(total, "violation") + "\n";
}

std::string for_programs(const std::string& path, const Verifier& verifier) {
  nlohmann::ordered_json json{{"file", path}, {"run", verifier.run()}, {"holds", verifier.holds()}};
  json["events"] = verifier.events();
  json["files"] = verifier.files();
  for (std::size_t i = 0; i < Tally::kWords.size(); ++i)
    json["counts"][std::string(Tally::kWords[i])] = verifier.counts().number[i];
  json["violations_total"] = verifier.violations().total();
  json["violations"] = nlohmann::ordered_json::array();
  for (const collector::Violation& v : verifier.violations().kept())
    json["violations"].push_back({{"line", v.line}, {"text", v.text}});
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

base::ExitCode verify_command(const std::string& path, bool as_json) {
  Verifier verifier;
  read(path, verifier);
  print(as_json ? for_programs(path, verifier) : for_people(path, verifier));
  return verifier.holds() ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace dtest::cli
