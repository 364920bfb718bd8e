// The timings of earlier runs: a database that anything may have happened to. The first byte of a step says what; the
// base is one that the program itself wrote.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "history/history.hpp"
#include "history/location.hpp"
#include "schedule/order.hpp"
#include "script.hpp"
#include "system/private_dir.hpp"

using namespace dtest;

namespace {

constexpr base::Duration kPatience = std::chrono::seconds(10);
constexpr const char* kProject = "/";

// In memory where there is a file system there.
class Place {
 public:
  [[nodiscard]] const std::string& path() const { return dir_.path(); }
  [[nodiscard]] std::string timings() const { return history::timings_path(path(), kProject); }
  void empty() const {
    for (const auto& each : std::filesystem::directory_iterator(path())) std::filesystem::remove_all(each);
    history::make_parents(timings());
  }

 private:
  system::PrivateDir dir_ = system::PrivateDir::make_in({"/dev/shm", "/tmp"});
};

history::FileTiming timing(const std::string& path, double secs) {
  history::Measured measured{.secs = secs, .cpu_secs = secs, .at_least_secs = 0, .status = "passed"};
  return {.path = path, .measured = measured, .at_us = 1'000'000, .examples = {{path + "[1:1]", "works", measured}}};
}

void learn(history::TimingStore& store, const std::string& path, double secs) {
  store.add(timing(path, secs));
  store.finish(base::WallTime{2'000'000});
}

std::string written_base(const Place& place) {
  place.empty();
  {
    history::TimingStore store(place.timings(), kProject);
    for (int i = 0; i < 20; ++i) learn(store, "spec/f" + std::to_string(i) + "_spec.rb", i * 0.1);
  }
  std::ostringstream text;
  text << std::ifstream(place.timings(), std::ios::binary).rdbuf();
  return text.str();
}

void odd_row(const std::string& path, const fuzz::Step& step) {
  static constexpr const char* kColumns[] = {"path", "secs", "cpu_secs", "last_secs", "at_least_secs", "runs",
                                             "status", "updated_at"};
  static constexpr double kOdd[] = {-1, 1e300, HUGE_VAL, -HUGE_VAL, 0, 5e-324};
  try {
    history::Database database(path, history::Database::Mode::existing);
    const char* table = step.b % 2 == 0 ? "files" : "examples";
    history::Statement update(database, std::string("UPDATE ") + table + " SET " + kColumns[step.a % 8] +
                                            " = ? WHERE path LIKE '%" + std::to_string(step.b % 10) + "%'");
    const std::string text(step.bytes);
    if (step.b / 10 % 3 == 0) update.bind(1, text);
    else if (step.b / 10 % 3 == 1) update.bind(1, kOdd[step.b / 30 % 6]);
    else update.bind(1, static_cast<std::int64_t>(text.size()) << (step.b % 64));
    update.run();
  } catch (const history::SqliteError&) {
    // It was spoiled before, or the row may not be.
  }
}

void spoil(const Place& place, std::string bytes, fuzz::Script& script) {
  bool written = false;
  const auto write = [&] {
    if (std::exchange(written, true)) return;
    std::ofstream(place.timings(), std::ios::binary) << bytes;
  };
  for (fuzz::Step step; script.next(step);) {
    const std::size_t at = bytes.empty() ? 0 : (step.a * std::size_t{256} + step.b) % bytes.size();
    if (step.operation % 3 == 0) bytes.replace(at, std::min(step.bytes.size(), bytes.size() - at), step.bytes);
    else if (step.operation % 3 == 1) bytes.resize(at);
    else {
      write();
      odd_row(place.timings(), step);
    }
  }
  write();
}

void read(const Place& place) {
  history::History history = history::History::open(place.path(), kProject);
  std::vector<schedule::File> files;
  for (const auto& [path, known] : history.load(kPatience)) files.push_back({.path = path, .past = known.past});
  files.push_back({.path = "spec/new_spec.rb", .past = {}, .bytes = 1000});
  const auto estimates = schedule::estimate(files);
  for (const schedule::Estimate& estimate : estimates)
    fuzz::hold(!estimate.secs || (*estimate.secs >= schedule::kLeastSecs && *estimate.secs <= schedule::kMostSecs),
               "what is expected is a time");
  fuzz::hold(schedule::order(files, estimates).size() == files.size(), "each file has its place");
  history.examples("spec/f1_spec.rb", kPatience);
}

// Whatever it was: what a run learns is there for the next one, or somebody is told why not.
void go_on(const Place& place) {
  history::TimingStore store(place.timings(), kProject);
  learn(store, "spec/late_spec.rb", 3);
  history::History history = history::History::open(place.path(), kProject);
  fuzz::hold(history.load(kPatience).contains("spec/late_spec.rb") || !store.warning().empty() ||
                 !history.warning().empty(),
             "what was learned is known");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Place place;
  static const std::string base = written_base(place);
  fuzz::Script script(data, size);
  place.empty();
  spoil(place, base, script);
  read(place);
  go_on(place);
  return 0;
}
