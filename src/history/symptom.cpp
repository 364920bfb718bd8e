#include "history/symptom.hpp"

#include <fmt/format.h>

#include <variant>
#include <vector>

namespace dtest::history {
namespace {

using collector::Exception;
using collector::Status;

std::string type_of(const std::vector<Exception>& exceptions) {
  return exceptions.empty() ? std::string() : exceptions.front().type;
}

// Its examples' verdicts are told by their own events.
Status own_status(const collector::FileEnd& end) {
  return end.failure > 0 || end.status == Status::not_run ? end.status : Status::passed;
}

// Whatever sort of failure the event tells, or passed, of an example or a file.
std::optional<Symptom> read(const collector::Event& event) {
  if (const auto* e = std::get_if<collector::TestEnd>(&event))
    return Symptom{Symptom::Kind::example, e->path, e->line, e->id, e->full_name.empty() ? e->name : e->full_name,
                   e->status, type_of(e->exceptions)};
  if (const auto* e = std::get_if<collector::FileEnd>(&event))
    return Symptom{Symptom::Kind::file, e->path, 0, "", "", own_status(*e), ""};
  if (const auto* e = std::get_if<collector::FileLoadError>(&event))
    return Symptom{Symptom::Kind::load, e->path, 0, "", "did not load", Status::error, e->exception.type};
  if (const auto* e = std::get_if<collector::TestError>(&event))
    return Symptom{Symptom::Kind::outside, e->path, 0, e->where, "in " + e->where, Status::error, e->exception.type};
  return std::nullopt;
}

std::uint32_t number_of(const collector::Event& event) {
  if (const auto* e = std::get_if<collector::TestEnd>(&event)) return e->failure;
  if (const auto* e = std::get_if<collector::FileEnd>(&event)) return e->failure;
  if (const auto* e = std::get_if<collector::FileLoadError>(&event)) return e->failure;
  if (const auto* e = std::get_if<collector::TestError>(&event)) return e->failure;
  return 0;
}

}  // namespace

std::optional<Symptom> symptom_of(const StoredRun& run, std::uint32_t number) {
  EventReader events(run.log());
  while (auto event = events.next()) {
    if (number_of(event->event) != number) continue;
    std::optional<Symptom> symptom = read(event->event);
    if (symptom && !symptom->path.empty()) return symptom;
  }
  return std::nullopt;
}

// A file that ended without an error of its own has passed in that respect, whatever its examples did.
Seen look_for(const Symptom& symptom, const std::string& path) {
  bool passed = false;
  bool other = false;
  EventReader events(path);
  while (auto event = events.next()) {
    const std::optional<Symptom> told = read(event->event);
    if (!told || told->path != symptom.path || told->status == Status::not_run) continue;
    const bool about = told->kind == symptom.kind && told->id == symptom.id;
    if (!collector::is_bad(told->status)) {
      passed = passed || about || (symptom.kind != Symptom::Kind::example && told->kind == Symptom::Kind::file);
    } else if (about && told->status == symptom.status && told->type == symptom.type) {
      return Seen::same;
    } else {
      other = other || about || told->kind != Symptom::Kind::example;
    }
  }
  return other ? Seen::other : passed ? Seen::passed : Seen::absent;
}

std::string title(const Symptom& symptom) {
  std::string text = symptom.line > 0 ? fmt::format("{}:{}", symptom.path, symptom.line) : symptom.path;
  return symptom.name.empty() ? text : text + " " + symptom.name;
}

}  // namespace dtest::history
