// Many runs of the real master and broker machines in virtual time. DTEST_SIM_SEEDS: how many seeds;
// DTEST_SIM_FIRST: the first of them; DTEST_SIM_SEED: only this one, with its trace; DTEST_SIM_PLANTED: with this
// planted bug (its number).
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "world.hpp"

namespace dtest::simulation {
namespace {

constexpr std::uint64_t kSeeds = 2000;
constexpr std::uint64_t kPlantedSeeds = 1000;
constexpr std::uint64_t kTwiceEvery = 40;       // seeds that are run twice, to compare
constexpr double kRarest = 0.01;                // share of seeds in which each fault must appear

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

Planted planted_by_user() { return static_cast<Planted>(from_environment("DTEST_SIM_PLANTED", 0)); }

void tell(std::uint64_t seed, const Verdict& verdict, const World& world) {
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), verdict.violation.c_str());
  std::printf("what happened last:\n");
  world.print_last();
  std::printf("seed %llu: %s\n  again, with all of it: DTEST_SIM_SEED=%llu\n", static_cast<unsigned long long>(seed),
              verdict.violation.c_str(), static_cast<unsigned long long>(seed));
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
  void add(const Verdict& v) {
    ++seeds;
    steps += v.steps;
    frames += v.frames;
    accepted += v.accepted;
    virtual_secs += base::seconds(v.virtual_time);
    faults.add(v.faults);
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

bool all_seeds() {
  std::uint64_t first = from_environment("DTEST_SIM_FIRST", 1), count = from_environment("DTEST_SIM_SEEDS", kSeeds);
  std::clock_t begin = std::clock();
  Totals totals;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    World world(seed, planted_by_user(), false);
    Verdict verdict = world.run();
    totals.add(verdict);
    if (!verdict.violation.empty()) {
      tell(seed, verdict, world);
      return false;
    }
    if (seed % kTwiceEvery != 0) continue;
    if (World(seed, planted_by_user(), false).run().hash != verdict.hash) {
      std::printf("seed %llu does not give the same twice\n", static_cast<unsigned long long>(seed));
      return false;
    }
  }
  return print(totals, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
}

bool finds_planted_bugs() {
  std::uint64_t count = from_environment("DTEST_SIM_PLANTED_SEEDS", kPlantedSeeds);
  bool all = true;
  for (std::size_t i = 1; i < kPlantedNames.size(); ++i) {
    std::string found;
    std::uint64_t seed = 1;
    for (; seed <= count && found.empty(); ++seed) found = World(seed, static_cast<Planted>(i), false).run().violation;
    std::printf("planted: %-26s %s", std::string(kPlantedNames[i]).c_str(),
                found.empty() ? "NOT FOUND\n" : ("seed " + std::to_string(seed - 1) + ": " + found + "\n").c_str());
    all = all && !found.empty();
  }
  return all;
}

}  // namespace
}  // namespace dtest::simulation

int main() {
  using namespace dtest::simulation;
  if (std::getenv("DTEST_SIM_SEED") != nullptr) return one_seed(from_environment("DTEST_SIM_SEED", 1)) ? 0 : 1;
  if (!all_seeds()) return 1;
  return planted_by_user() != Planted::none || finds_planted_bugs() ? 0 : 1;
}
