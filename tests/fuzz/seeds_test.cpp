// The seeds of one harness as ordinary tests: each as it is, cut short, and spoiled at random places. The harness
// aborts where something does not hold, and the handler says with which input.
#include <glob.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "hold.hpp"

namespace dtest::fuzz {
namespace {

struct Seed {
  std::string name, bytes;
};

std::string now_at;  // what the harness is at, for the handler

extern "C" void say_where(int number) {
  const std::string text = now_at + "\n";
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) std::_Exit(99);
  std::signal(number, SIG_DFL);
  std::raise(number);
}

void run(const std::string& what, const std::string& bytes) {
  now_at = what;
  // A copy of its own size, so that a sanitizer sees what reads beyond it.
  const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void add(std::vector<Seed>& seeds, const std::string& path, bool lines) {
  if (!lines) {
    seeds.push_back({path, read(path)});
    return;
  }
  std::istringstream text(read(path));
  std::string line;
  for (int number = 1; std::getline(text, line); ++number) seeds.push_back({path + ":" + std::to_string(number), line});
}

// seeds.list: harness, "files" or "lines", pattern below the directory of the list.
std::vector<Seed> seeds() {
  const std::string wanted = std::getenv("DTEST_FUZZ_HARNESS");
  const std::string directory = std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/tests/fuzz/";
  std::ifstream list(directory + "seeds.list");
  std::vector<Seed> all;
  for (std::string harness, how, pattern; list >> harness >> how >> pattern;) {
    if (harness != wanted) continue;
    glob_t found{};
    EXPECT_EQ(::glob((directory + pattern).c_str(), 0, nullptr, &found), 0) << "no seed is like " << pattern;
    for (std::size_t i = 0; i < found.gl_pathc; ++i) add(all, found.gl_pathv[i], how == "lines");
    ::globfree(&found);
  }
  return all;
}

std::string spoiled(std::string bytes, std::mt19937& random) {
  for (auto times = random() % 4; times > 0 && !bytes.empty(); --times) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0: bytes[at] = static_cast<char>(random()); break;
      case 1: bytes.insert(at, 1, static_cast<char>(random())); break;
      case 2: bytes.erase(at, 1 + random() % 8); break;
      default: bytes.insert(at, bytes.substr(random() % bytes.size(), 1 + random() % 40)); break;
    }
  }
  return bytes;
}

TEST(Seeds, Hold) {
  const std::vector<Seed> all = seeds();
  ASSERT_FALSE(all.empty());
  for (const Seed& seed : all) run("seed " + seed.name, seed.bytes);
  run("nothing at all", "");
}

// How often a seed is tried: longer ones less often.
std::size_t times(const Seed& seed) { return std::max<std::size_t>(10, 200'000 / (seed.bytes.size() + 500)); }

TEST(Seeds, HoldWhenTheyAreCutShort) {
  for (const Seed& seed : seeds()) {
    const std::size_t step = seed.bytes.size() / times(seed) + 1;
    for (std::size_t size = 0; size < seed.bytes.size(); size += step)
      run("the first " + std::to_string(size) + " bytes of " + seed.name, seed.bytes.substr(0, size));
  }
}

TEST(Seeds, HoldWhenTheyAreSpoiled) {
  std::mt19937 random(1);
  for (const Seed& seed : seeds())
    for (std::size_t i = 1; i <= times(seed); ++i)
      run(seed.name + ", spoiled, number " + std::to_string(i), spoiled(seed.bytes, random));
}

}  // namespace
}  // namespace dtest::fuzz

int main(int argc, char** argv) {
  std::signal(SIGABRT, dtest::fuzz::say_where);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
