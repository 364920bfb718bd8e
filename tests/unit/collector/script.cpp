#include "script.hpp"

#include "collector/event_json.hpp"
#include "collector/verify.hpp"

namespace dtest::collector {

std::vector<std::string> Recorder::kinds() const {
  std::vector<std::string> names;
  for (const Envelope& e : events) names.emplace_back(kind_name(e.event));
  return names;
}

void Script::up(const std::vector<std::string>& files, double expect_secs) {
  paths = files;
  collector.set_time(at(now), {1'000'000'000});
  collector.begin(at(now));
  collector.on_node_joined("n1", at(now));
  protocol::Plan plan;
  plan.files = files;
  plan.framework = {"rspec", "3.13.0"};
  plan.ruby = "3.3.1";
  plan.seed = 42;
  collector.on_plan("n1", plan, at(now));
  Announcement announcement;
  announcement.runners = 2;
  std::uint32_t item = 0;
  for (const std::string& path : files) announcement.items.push_back({base::ItemId(item++), {path, expect_secs}});
  collector.announce_plan(announcement, at(now));
  for (std::uint32_t slot : {1U, 2U}) {
    collector.on_report("n1", protocol::RunnerUp{base::Slot(slot), base::Incarnation(1), 100 + slot}, at(now));
  }
}

std::string Script::id(std::uint32_t item, std::uint32_t example) const {
  return "./" + paths.at(item) + "[" + std::to_string(example) + "]";
}

void Script::start(std::uint32_t item, std::uint32_t attempt, std::uint32_t slot, const std::string& node) {
  collector.on_report(node, protocol::ItemStart{base::Slot(slot), base::Incarnation(1), base::ItemId(item),
                                                base::Attempt(attempt)}, at(now));
}

void Script::list(std::uint32_t item, std::vector<std::uint32_t> examples, std::uint32_t attempt, bool more) {
  protocol::ExampleList part{base::ItemId(item), base::Attempt(attempt), 0, more, {}};
  for (std::uint32_t n : examples) part.examples.push_back({id(item, n), n * 10, "name " + std::to_string(n)});
  collector.on_report("n1", part, at(now));
}

void Script::verdict(std::uint32_t item, std::uint32_t example, const std::string& status, std::uint32_t attempt) {
  protocol::Example body;
  body.item = base::ItemId(item), body.attempt = base::Attempt(attempt);
  body.id = id(item, example), body.path = paths.at(item), body.line = example * 10;
  body.name = "full name", body.description = "name";
  body.status = status;
  body.took = base::from_seconds(0.25);
  if (status == "failed") body.exceptions.emplace_back().message = "not " + std::to_string(attempt);
  collector.on_report("n1", body, at(now));
}

void Script::outside(std::optional<std::uint32_t> item, std::uint32_t attempt) {
  protocol::OutsideError error;
  if (item) error.item = base::ItemId(*item), error.attempt = base::Attempt(attempt);
  error.where = "after(:context)";
  error.exception.message = "boom";
  collector.on_report("n1", error, at(now));
}

void Script::over(std::uint32_t item, const AttemptEnd& end) {
  protocol::ItemEnd body;
  body.item = base::ItemId(item), body.attempt = base::Attempt(end.attempt);
  body.outcome = end.outcome;
  body.why = end.why;
  body.took = base::from_seconds(end.secs);
  if (end.running) body.running = id(item, *end.running);
  if (end.outcome == protocol::Outcome::crashed) body.output.data = "last words";
  collector.on_attempt_over("n1", body, end.decision, at(now));
}

void Script::pass(std::uint32_t item, std::uint32_t examples, std::uint32_t attempt) {
  start(item, attempt);
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t n = 1; n <= examples; ++n) numbers.push_back(n);
  list(item, numbers, attempt);
  for (std::uint32_t n : numbers) verdict(item, n, "passed", attempt);
  over(item, {.attempt = attempt});
}

std::vector<std::string> Script::notices() const {
  std::vector<std::string> texts;
  for (const LogLine& line : recorder.of<LogLine>()) texts.push_back(line.text);
  return texts;
}

std::vector<std::string> Script::violations() const {
  Verifier verifier;
  for (const Envelope& envelope : recorder.events)
    verifier.take(to_json_line(envelope, {"desk-1", "b0b38ba700112233445566778899aabb"}));
  verifier.finish(false);
  std::vector<std::string> texts;
  for (const Violation& v : verifier.violations().kept()) texts.push_back(std::to_string(v.line) + ": " + v.text);
  return texts;
}

}  // namespace dtest::collector
