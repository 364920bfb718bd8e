#include "report/failures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "collector/rerun.hpp"

namespace dtest::report {

void Failures::add(Failure& f) {
  bool taken = f.number == 0 || used_.contains(f.number);
  if (taken) f.number = used_.empty() ? 1 : *used_.rbegin() + 1;
  used_.insert(f.number);
  std::string name = f.name.empty() ? f.remark : f.name;
  notes_.push_back({f.number, f.label, f.path, f.id, name, headline(f.exceptions), f.place.node, f.line, f.item,
                    f.attempt, f.rerun});
}

std::vector<std::uint32_t> Failures::remove(const collector::FileRequeue& e) {
  std::vector<std::uint32_t> numbers;
  std::erase_if(notes_, [&](const FailureNote& n) {
    bool is_void = n.path == e.path && n.item == e.item && n.attempt == e.attempt;
    if (is_void) numbers.push_back(n.number);
    return is_void;
  });
  return numbers;
}

std::uint32_t Failures::remove(const collector::TestRetry& e) {
  std::uint32_t number = 0;
  std::erase_if(notes_, [&](const FailureNote& n) {
    bool is_void = n.item == e.item && n.attempt == e.attempt && n.path == e.path && n.id == e.id;
    if (is_void) number = n.number;
    return is_void;
  });
  return number;
}

bool Failures::has(const std::string& path) const {
  return std::any_of(notes_.begin(), notes_.end(), [&](const FailureNote& n) { return n.path == path; });
}

std::size_t Failures::count(const std::string& label) const {
  return static_cast<std::size_t>(
      std::count_if(notes_.begin(), notes_.end(), [&](const FailureNote& n) { return n.label == label; }));
}

bool Failures::counts(std::uint32_t number) const {
  return std::any_of(notes_.begin(), notes_.end(), [&](const FailureNote& note) { return note.number == number; });
}

std::vector<FailureNote> Failures::sorted() const {
  std::vector<FailureNote> notes = notes_;
  std::sort(notes.begin(), notes.end(), [](const FailureNote& a, const FailureNote& b) {
    return std::tie(a.path, a.line, a.number) < std::tie(b.path, b.line, b.number);
  });
  return notes;
}

namespace {

// As its own command names it, which may be by id.
std::string named(const FailureNote& note, const collector::Manner& manner) {
  const std::size_t at = collector::run_command(manner, {}).size() - (manner.args.empty() ? 0 : manner.args.size() + 1);
  if (at < note.rerun.size()) return note.rerun[at];
  return note.line > 0 ? fmt::format("{}:{}", note.path, note.line) : note.path;
}

}  // namespace

std::string rerun_command(const Failures& failures, const collector::Manner& manner, std::size_t columns) {
  std::vector<std::string> exact;
  std::vector<std::string> files;
  for (const FailureNote& note : failures.sorted()) {
    if (note.path.empty()) continue;
    exact.push_back(named(note, manner));
    files.push_back(note.path);
  }
  for (std::vector<std::string>* words : {&exact, &files}) {
    words->erase(std::unique(words->begin(), words->end()), words->end());
  }
  if (files.empty()) return "";
  std::string command = base::shell_line(collector::run_command(manner, exact));
  if (command.size() <= columns) return command;
  std::vector<std::string> taken;
  for (const std::string& file : files) {
    taken.push_back(file);
    std::string longer = base::shell_line(collector::run_command(manner, taken));
    if (taken.size() > 1 && longer.size() > columns)
      return command + fmt::format("   # and {}", base::plural(files.size() - taken.size() + 1, "more file"));
    command = std::move(longer);
  }
  return command;
}

}  // namespace dtest::report
