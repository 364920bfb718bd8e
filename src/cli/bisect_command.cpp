// dtest bisect RUN:N: which of the files before a failure, on its runner, make it fail.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "cli/bisection.hpp"
#include "cli/command.hpp"
#include "cli/failure_name.hpp"
#include "cli/stored.hpp"
#include "history/sequence.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

using Verdict = BisectVerdict;
using Words = std::vector<std::string>;

BisectQuestion ask(const config::BisectOptions& options) {
  const FailureName name = read_failure_name(options.failure);
  const history::RunStore store = open_store(options.directory);
  const history::StoredRun& run = store.find(name.run);
  const std::string brief = store.brief(run.meta.run);
  const history::Sequence sequence = history::sequence_before(run, name.number);
  const auto symptom = history::symptom_of(run, name.number);
  if (sequence.steps.empty() || !symptom) throw no_such_failure(run, brief, name.number);
  BisectQuestion question{fmt::format("{}:{}", brief, name.number), *symptom, {}, sequence.place,
                          std::max(run.meta.runners, sequence.place.runner)};
  std::set<std::string> seen{symptom->path};
  for (const history::Step& step : sequence.steps)
    if (seen.insert(step.path).second) question.before.push_back(step.path);
  return question;
}

bool knows_files(Verdict verdict) { return verdict == Verdict::found || verdict == Verdict::not_always; }

Words command(const BisectQuestion& question, const BisectAnswer& answer) {
  Words words{"dtest", "reproduce", question.name};
  if (answer.verdict == Verdict::alone) words.emplace_back("--alone");
  if (knows_files(answer.verdict))
    for (const std::string& file : answer.files) words.insert(words.end(), {"--after", file});
  return words;
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::found: return "found";
    case Verdict::alone: return "alone";
    case Verdict::not_again: return "not_again";
    case Verdict::not_always: return "not_always";
    case Verdict::stopped: break;
  }
  return "stopped";
}

std::string for_programs(const BisectQuestion& question, const BisectAnswer& answer) {
  const nlohmann::ordered_json all{{"failure", question.name}, {"path", question.symptom.path},
                                   {"line", question.symptom.line}, {"name", question.symptom.name},
                                   {"before", question.before.size()}, {"verdict", name(answer.verdict)},
                                   {"files", answer.files}, {"tries", answer.tries},
                                   {"failed_otherwise", answer.otherwise}, {"secs", answer.secs},
                                   {"command", command(question, answer)}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string explain(const BisectQuestion& question, const BisectAnswer& answer) {
  const std::string files = base::plural(answer.files.size(), "file");
  const bool one = answer.files.size() == 1;
  switch (answer.verdict) {
    case Verdict::found:
      return one ? "it fails after this file in the same process, and not without it"
                 : "it fails after these " + files + " in the same process, and not without any one of them";
    case Verdict::alone: return "it fails when its file runs alone: no other file is needed";
    case Verdict::not_again:
      return (question.before.empty() ? "it ran first on its runner, and alone it does not fail again: "
                                      : "it does not fail again, although the same files ran before it in the same "
                                        "order and with the same seed: ") +
             std::string("their order alone is not the cause. What ran beside it, the time of day, or what an earlier "
                         "run left behind may be");
    case Verdict::not_always: return "it failed once after " + files + ", and passed once:";
    case Verdict::stopped: break;
  }
  return fmt::format("so far it is known to fail after {} of {}", answer.files.size(),
                     base::plural(question.before.size(), "file"));
}

std::string_view label(Verdict verdict) {
  switch (verdict) {
    case Verdict::found: return "FOUND";
    case Verdict::alone: return "ALONE";
    case Verdict::not_again: return "PASSES";
    case Verdict::not_always: return "UNSURE";
    case Verdict::stopped: break;
  }
  return "STOPPED";
}

std::string for_people(const BisectQuestion& question, const BisectAnswer& answer, const report::Look& look) {
  report::Lines lines = report::labelled(look, label(answer.verdict), report::Colour::bold, explain(question, answer));
  const std::string indent(report::kIndent, ' ');
  for (const std::string& file : answer.files)
    if (knows_files(answer.verdict)) lines.push_back(indent + "  " + look.clean(file));
  std::string sums = fmt::format("{} in {}", answer.tries == 1 ? "1 try" : fmt::format("{} tries", answer.tries),
                                 base::show_secs(answer.secs));
  if (answer.otherwise > 0)
    sums += fmt::format("; in {} of them it failed in another way, which does not count", answer.otherwise);
  lines.push_back(indent + sums);
  if (knows_files(answer.verdict) || answer.verdict == Verdict::alone) {
    Words words = command(question, answer);
    for (std::string& word : words) word = base::shell_quote(look.clean(word));
    lines.push_back(report::pad("exact", report::kIndent) + look.palette(report::Colour::cyan, base::join(words, " ")));
  }
  return base::join(lines, "\n") + "\n";
}

// Every runner that there was has a database of its own; more only where somebody says so.
std::size_t tries_at_once(const config::Runners& wish, const BisectQuestion& question) {
  const std::size_t wanted = wish.resolve(system::cpu_count());
  const bool is_number = wish.kind == config::Runners::Kind::count;
  return is_number ? wanted : std::min<std::size_t>(wanted, question.runners);
}

base::ExitCode exit_code(const BisectAnswer& answer) {
  if (answer.verdict == Verdict::stopped)
    return answer.signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
  const bool known = answer.verdict == Verdict::found || answer.verdict == Verdict::alone;
  return known ? base::ExitCode::ok : base::ExitCode::failed;
}

}  // namespace

base::ExitCode bisect_command(const config::BisectOptions& options) {
  const BisectQuestion question = ask(options);
  const std::size_t width = tries_at_once(options.runners, question);
  std::cerr << fmt::format("{}, on runner {} after {}; {} at a time\n", history::title(question.symptom),
                           question.place.runner, base::plural(question.before.size(), "file"),
                           width == 1 ? "1 try" : fmt::format("{} tries", width));
  const BisectAnswer answer = bisect(question, system::self_exe(), options.directory, width);
  print(options.json ? for_programs(question, answer)
                     : for_people(question, answer, look_of_output(config::Color::automatic)));
  return exit_code(answer);
}

}  // namespace dtest::cli
