// Bytes of the messages that a run is made of: of a file with one example, an item to the node and four reports back.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "protocol/codec.hpp"

namespace dtest::protocol {
namespace {

const std::string kPath = "spec/models/admin/user_spec.rb";

ItemWork item() {
  ItemWork work;
  work.path = kPath;
  work.expected = std::chrono::milliseconds(250);
  return work;
}

std::vector<Body> bodies() {
  const base::ItemId item(1'000);
  const base::Attempt attempt(1);
  Example example;
  example.item = item;
  example.attempt = attempt;
  example.id = "./" + kPath + "[1:1]";
  example.line = 2;
  example.name = "User knows its name";
  example.status = "passed";
  example.took = std::chrono::milliseconds(3);
  ItemEnd end;
  end.item = item;
  end.attempt = attempt;
  end.count = 1;
  return {ItemStart{base::Slot(3), base::Incarnation(1), item, attempt},
          ExampleList{item, attempt, 0, false, {{example.id, example.line, example.name}}}, example, end};
}

std::string reports() {
  std::vector<std::string> encoded;
  for (const Body& body : bodies()) encoded.push_back(encode(body));
  const std::vector<std::string_view> views(encoded.begin(), encoded.end());
  return encode(Result{{}, Reports{base::ReportNumber(1), {}}}, views);
}

void encode_item(benchmark::State& state) {
  const Work work = item();
  for (auto _ : state) benchmark::DoNotOptimize(encode(work));
}
BENCHMARK(encode_item);

void decode_item(benchmark::State& state) {
  const std::string bytes = encode(Work(item()));
  for (auto _ : state) benchmark::DoNotOptimize(decode_work(bytes));
}
BENCHMARK(decode_item);

void encode_reports_of_a_file(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(reports());
}
BENCHMARK(encode_reports_of_a_file);

void decode_reports_of_a_file(benchmark::State& state) {
  const std::string bytes = reports();
  for (auto _ : state) benchmark::DoNotOptimize(decode_result(bytes));
}
BENCHMARK(decode_reports_of_a_file);

}  // namespace
}  // namespace dtest::protocol

BENCHMARK_MAIN();
