// The account: a file with so many examples from its start to its end.
#include <benchmark/benchmark.h>

#include <string>

#include "collector/ledger.hpp"

namespace dtest::collector {
namespace {

void account_of_a_file(benchmark::State& state) {
  const auto examples = static_cast<std::uint32_t>(state.range(0));
  const base::Attempt attempt(1);
  Ledger ledger;
  std::uint32_t number = 0;
  for (auto _ : state) {
    const base::ItemId item(number++);
    const std::string path = "spec/models/f" + std::to_string(number) + "_spec.rb";
    ledger.add(item, path);
    ledger.start(item, attempt);
    protocol::ExampleList list{item, attempt, 0, false, {}};
    for (std::uint32_t n = 1; n <= examples; ++n)
      list.examples.push_back({"./" + path + "[1:" + std::to_string(n) + "]", n, "User knows its name"});
    ledger.announce(list);
    protocol::Example verdict;
    verdict.item = item;
    verdict.attempt = attempt;
    for (const protocol::ListedExample& one : list.examples) {
      verdict.id = one.id;
      verdict.line = one.line;
      ledger.verdict(verdict, Status::passed);
    }
    protocol::ItemEnd end;
    end.item = item;
    end.attempt = attempt;
    benchmark::DoNotOptimize(ledger.over(end, master::Decision::accepted));
  }
  if (ledger.settled() != number) state.SkipWithError("a file was not settled");
}
BENCHMARK(account_of_a_file)->Arg(1)->Arg(5)->Arg(100);

}  // namespace
}  // namespace dtest::collector

BENCHMARK_MAIN();
