// What a run costs its master, by the number of nodes and files: the real state machine in virtual time.
//   scale [--account] NODES FILES [NODES FILES...]; default: 10, 100 and 1,000 nodes, up to a million files
#include <fmt/core.h>
#include <sys/resource.h>

#include <charconv>
#include <cstring>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "virtual_run.hpp"

namespace {

using dtest::bench::Figures;
using dtest::bench::Scene;

constexpr std::uint64_t kMostNodes = 10'000, kMostFiles = 1'000'000;

std::optional<std::uint64_t> number(const char* text, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = text + std::strlen(text);
  auto [at, error] = std::from_chars(text, end, value);
  if (error != std::errc() || at != end || value == 0 || value > most) return std::nullopt;
  return value;
}

void tell(const Scene& scene, const Figures& f) {
  const double files = static_cast<double>(scene.files), turns = static_cast<double>(f.turns);
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  fmt::print("{:>6} {:>9}  {:>8.2f} {:>8.2f} {:>8.3f} {:>6.1f}  {:>8.0f} {:>8.0f}  {:>8.0f} {:>7.0f}", scene.nodes,
             scene.files, f.master_us / files, f.decode_us / files, f.master_us / turns, turns / files,
             static_cast<double>(f.planned_bytes) / files, static_cast<double>(f.most_bytes) / files,
             dtest::base::seconds(f.took), static_cast<double>(used.ru_maxrss) / 1024);
  if (scene.account) fmt::print("  {}, {:.2f} us a file for the end", f.verdict, f.end_us / files);
  fmt::print("\n");
  std::fflush(stdout);
}

int usage() {
  fmt::print(stderr, "usage: scale [--account] [NODES FILES]...; up to {} nodes and {} files\n", kMostNodes, kMostFiles);
  return 64;
}

}  // namespace

int main(int argc, char** argv) try {
  int at = 1;
  bool account = at < argc && std::strcmp(argv[at], "--account") == 0;
  if (account) ++at;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes;
  for (; at + 1 < argc; at += 2) {
    auto nodes = number(argv[at], kMostNodes), files = number(argv[at + 1], kMostFiles);
    if (!nodes || !files) return usage();
    sizes.emplace_back(*nodes, *files);
  }
  if (at != argc) return usage();
  if (sizes.empty())
    sizes = {{10, 10'000}, {10, 100'000}, {100, 100'000}, {1000, 100'000}, {10, 1'000'000}, {1000, 1'000'000}};
  fmt::print("16 runners a node; {}\n", account ? "with the collector's account" : "the master alone");
  fmt::print("{:>6} {:>9}  {:^35}  {:^17}  {:>8} {:>7}\n", "", "", "CPU, us", "heap bytes/file", "virtual", "RSS");
  fmt::print("{:>6} {:>9}  {:>8} {:>8} {:>8} {:>6}  {:>8} {:>8}  {:>8} {:>7}\n", "nodes", "files", "/file", "decode",
             "/turn", "turns", "planned", "most", "secs", "MB");
  for (auto [nodes, files] : sizes) {
    Scene scene;
    scene.nodes = static_cast<std::uint32_t>(nodes);
    scene.files = files;
    scene.account = account;
    tell(scene, dtest::bench::VirtualRun(scene).play());
  }
  return 0;
} catch (const std::exception& problem) {
  fmt::print(stderr, "scale: {}\n", problem.what());
  return 70;
}
