// Many runs of the real master and broker machines in virtual time. DTEST_SIM_SEEDS: how many seeds;
// DTEST_SIM_FIRST: the first of them; DTEST_SIM_SEED: only this one, with its trace; DTEST_SIM_PLANTED: with this
// planted bug (its number); DTEST_SIM_PLANTED_SEEDS: how many seeds each planted bug may take to be found, 0: none is
// looked for; DTEST_SIM_THREADS: instead of one for each core.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "shrink.hpp"
#include "transition_table.hpp"
#include "world.hpp"

namespace dtest::simulation {
namespace {

constexpr std::uint64_t kSeeds = 10'000;
constexpr std::uint64_t kPlantedSeeds = 1000;
constexpr std::uint64_t kTwiceEvery = 40;       // seeds that are run twice, to compare
constexpr double kRarest = 0.01;                // share of seeds in which each fault must appear

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

Planted planted_by_user() { return static_cast<Planted>(from_environment("DTEST_SIM_PLANTED", 0)); }

void in_threads(const std::function<void()>& work) {
  std::vector<std::thread> threads;
  const std::uint64_t count = from_environment("DTEST_SIM_THREADS", std::max(1U, std::thread::hardware_concurrency()));
  for (std::uint64_t i = 0; i < count; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

// The end of what happened, in the smallest world in which it goes wrong.
void tell(std::uint64_t seed, const std::string& violation) {
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), violation.c_str());
  Shrunk small = shrink(seed, planted_by_user());
  World world(seed, small.scenario, planted_by_user(), false);
  world.run();
  std::printf("made smaller in %u runs: %s\n%swhat happened last:\n", small.runs, small.violation.c_str(),
              describe(small.scenario).c_str());
  world.print_last();
  std::printf("seed %llu: %s\n  again, with all of it: DTEST_SIM_SEED=%llu\n", static_cast<unsigned long long>(seed),
              violation.c_str(), static_cast<unsigned long long>(seed));
}

bool one_seed(std::uint64_t seed) {
  World world(seed, planted_by_user(), true);
  Verdict verdict = world.run();
  std::printf("seed %llu: %s, %llu steps, hash %016llx\n", static_cast<unsigned long long>(seed),
              verdict.violation.empty() ? "ok" : verdict.violation.c_str(),
              static_cast<unsigned long long>(verdict.steps), static_cast<unsigned long long>(verdict.hash));
  return verdict.violation.empty();
}

struct Totals {
  std::uint64_t seeds = 0, steps = 0, frames = 0, accepted = 0;
  double virtual_secs = 0;
  Faults faults;
  Transitions transitions;
  void add(const Verdict& v) {
    ++seeds;
    steps += v.steps;
    frames += v.frames;
    accepted += v.accepted;
    virtual_secs += base::seconds(v.virtual_time);
    faults.add(v.faults);
    transitions.add(v.transitions);
  }
};

bool print(const Totals& totals, double secs) {
  std::printf("%llu seeds, %llu steps, %llu frames, %llu attempts accepted, %.1f virtual hours, %.1f s\n",
              static_cast<unsigned long long>(totals.seeds), static_cast<unsigned long long>(totals.steps),
              static_cast<unsigned long long>(totals.frames), static_cast<unsigned long long>(totals.accepted),
              totals.virtual_secs / 3600, secs);
  bool enough = true;
  for (std::size_t i = 0; i < kFaults; ++i) {
    double share = static_cast<double>(totals.faults.seeds[i]) / static_cast<double>(totals.seeds);
    bool rare = totals.seeds >= 500 && share < kRarest;
    std::printf("  %-18s %8llu times, %5.1f %% of seeds%s\n", std::string(kFaultNames[i]).c_str(),
                static_cast<unsigned long long>(totals.faults.times[i]), share * 100, rare ? "  TOO RARE" : "");
    enough = enough && !rare;
  }
  return enough;
}

bool follows_the_page(const Totals& totals) {
  if (planted_by_user() != Planted::none) return true;
  const bool every_row = totals.seeds >= kSeeds;  // few seeds do not see all
  const std::vector<std::string> problems = compare_with_page(totals.transitions, PROTOCOL_PAGE, every_row);
  for (const std::string& problem : problems) std::printf("doc/protocol.md: %s\n", problem.c_str());
  return problems.empty();
}

// Seeds that are taken one after the other by as many threads as there are cores. A world shares nothing.
class Sweep {
 public:
  Sweep(std::uint64_t first, std::uint64_t count) : next_(first), end_(first + count) {}

  bool run() {
    const auto begin = std::chrono::steady_clock::now();
    in_threads([this] { work(); });
    if (!failed_.empty()) {
      tell(failed_.begin()->first, failed_.begin()->second);
      return false;
    }
    const bool followed = follows_the_page(totals_);
    return print(totals_, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()) && followed;
  }

 private:
  void work() {
    for (std::uint64_t seed = next_++; seed < end_ && !stop_; seed = next_++) {
      Verdict verdict = World(seed, planted_by_user(), false).run();
      std::string wrong = verdict.violation;
      if (wrong.empty() && seed % kTwiceEvery == 0 && World(seed, planted_by_user(), false).run().hash != verdict.hash)
        wrong = "the same seed does not give the same twice";
      const std::lock_guard guard(lock_);
      totals_.add(verdict);
      if (wrong.empty()) continue;
      failed_.emplace(seed, wrong);
      stop_ = true;
    }
  }

  std::atomic<std::uint64_t> next_;
  std::uint64_t end_;
  std::atomic<bool> stop_ = false;
  std::mutex lock_;
  Totals totals_;
  std::map<std::uint64_t, std::string> failed_;
};

bool finds_planted_bugs() {
  const std::uint64_t count = from_environment("DTEST_SIM_PLANTED_SEEDS", kPlantedSeeds);
  std::array<std::string, kPlantedNames.size()> found;
  std::array<std::uint64_t, kPlantedNames.size()> at{};
  std::atomic<std::size_t> next = 1;
  in_threads([&] {
    for (std::size_t i = next++; i < kPlantedNames.size(); i = next++)
      for (std::uint64_t seed = 1; seed <= count && found[i].empty(); ++seed, at[i] = seed - 1)
        found[i] = World(seed, static_cast<Planted>(i), false).run().violation;
  });
  bool all = true;
  for (std::size_t i = 1; i < kPlantedNames.size(); ++i) {
    const std::string what = found[i].empty() ? "NOT FOUND" : "seed " + std::to_string(at[i]) + ": " + found[i];
    std::printf("planted: %-26s %s\n", std::string(kPlantedNames[i]).c_str(), what.c_str());
    all = all && !found[i].empty();
  }
  return all;
}

}  // namespace
}  // namespace dtest::simulation

int main() {
  using namespace dtest::simulation;
  if (std::getenv("DTEST_SIM_SEED") != nullptr) return one_seed(from_environment("DTEST_SIM_SEED", 1)) ? 0 : 1;
  if (!Sweep(from_environment("DTEST_SIM_FIRST", 1), from_environment("DTEST_SIM_SEEDS", kSeeds)).run()) return 1;
  const bool look = planted_by_user() == Planted::none && from_environment("DTEST_SIM_PLANTED_SEEDS", 1) > 0;
  return !look || finds_planted_bugs() ? 0 : 1;
}
