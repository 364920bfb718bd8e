#include "history/sequence.hpp"

#include <map>
#include <tuple>
#include <utility>
#include <variant>

namespace dtest::history {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 deduces none by itself

using Try = std::tuple<std::string, std::uint32_t, std::uint32_t>;  // path, item, attempt
using Runner = std::pair<std::string, std::uint32_t>;

class Search {
 public:
  Search(std::uint32_t number, bool parts) : number_(number), parts_(parts) {}

  /// True once the failure has been seen.
  bool take(const collector::Event& event) {
    return std::visit(Overloaded{
                          [&](const collector::FileStart& e) { return start(e); },
                          [&](const collector::TestRetry& e) {
                            retried_[e.next].push_back(e.id);
                            return false;
                          },
                          [&](const collector::TestEnd& e) {
                            ran_[{e.path, e.item, e.attempt}].push_back(e.id);
                            return match(e, e.attempt);
                          },
                          [&](const collector::FileEnd& e) { return match(e, e.attempt); },
                          [&](const collector::FileLoadError& e) { return match(e, e.attempt); },
                          [&](const collector::TestError& e) { return match(e, e.attempt); },
                          [](const auto&) { return false; },
                      },
                      event);
  }

  /// Examples are known once the whole stream has been read.
  void read(const collector::Event& event) {
    if (const auto* test = std::get_if<collector::TestEnd>(&event))
      ran_[{test->path, test->item, test->attempt}].push_back(test->id);
  }

  [[nodiscard]] Sequence sequence() const {
    Sequence result{{}, place_};
    for (const Try& attempt : tries_) {
      Step step{std::get<0>(attempt), std::nullopt};
      const auto again = retried_.find(std::get<1>(attempt));
      const auto ran = ran_.find(attempt);
      if (again != retried_.end()) step.ids = again->second;
      else if (parts_ && ran != ran_.end()) step.ids = ran->second;
      result.steps.push_back(std::move(step));
    }
    return result;
  }

 private:
  bool start(const collector::FileStart& event) {
    std::vector<Try>& list = begun_[{event.place.node, event.place.runner}];
    if (event.position_on_runner <= 1) list.clear();  // a process of its own
    list.emplace_back(event.path, event.item, event.attempt);
    return false;
  }

  template <class E> bool match(const E& event, std::uint32_t attempt) {
    if (event.failure != number_) return false;
    const auto found = begun_.find({event.place.node, event.place.runner});
    if (found == begun_.end()) return true;
    const Try wanted{event.path, event.item, attempt};
    for (const Try& one : found->second) {
      tries_.push_back(one);
      if (one == wanted) {
        place_ = event.place;
        return true;
      }
    }
    tries_.clear();
    return true;
  }

  std::uint32_t number_;
  bool parts_;
  std::map<Runner, std::vector<Try>> begun_;
  std::map<std::uint32_t, std::vector<std::string>> retried_;  // by item
  std::map<Try, std::vector<std::string>> ran_;
  std::vector<Try> tries_;
  collector::Place place_;
};

}  // namespace

Sequence sequence_before(const StoredRun& run, std::uint32_t number) {
  Search search(number, run.meta.parts);
  EventReader events(run.log());
  bool found = false;
  while (auto event = events.next()) {
    if (found) search.read(event->event);
    else found = search.take(event->event);
  }
  return search.sequence();
}

}  // namespace dtest::history
