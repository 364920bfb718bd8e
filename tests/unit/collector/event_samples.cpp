#include "event_samples.hpp"

namespace dtest::collector {
namespace {

const Place kPlace{"bigbox", 7};
const Counts kCounts{5980, 2, 14, 1, 3, 4, 5, 6};

Exception exception() {
  return {"NoMethodError", "undefined method `tax' for nil\n\xff raw", {"app/models/order.rb:17:in `total'"},
          "-110\n+100\n", "app/models/order.rb:17",
          {{"KeyError", "key not found: :rate", {"lib/tax.rb:3"}, "", "lib/tax.rb:3", {}}}};
}

Output output() { return {std::string("caf\xc3\xa9 \xff\0\x1b[31m\n", 13), 70000}; }

TestEnd test_end() {
  TestEnd e;
  e.uid = "9f3a6c2e5d10";
  e.id = "./spec/models/order_spec.rb[1:1:2]";
  e.path = "spec/models/order_spec.rb";
  e.line = 42;
  e.name = "adds tax";
  e.full_name = "Order#total adds tax";
  e.tags = {"js", "slow"};
  e.status = Status::failed;
  e.attempt = 2;
  e.place = kPlace;
  e.secs = 0.3125;
  e.cpu_secs = 0.25;
  e.pending_message = "not yet";
  e.exceptions = {exception()};
  e.rerun = {"dtest", "run", "spec/models/order_spec.rb:42"};
  e.output = output();
  e.failure = 1;
  e.item = 3;
  e.flaky = true;
  e.reason = "SIGSEGV";
  e.retry = 1;
  return e;
}

// What says least is left out of it.
TestEnd passed() {
  TestEnd e;
  e.uid = "1f3a6c2e5d10";
  e.id = "./spec/models/order_spec.rb[1:1:3]";
  e.path = "spec/models/order_spec.rb";
  e.line = 48;
  e.name = "adds nothing";
  e.full_name = "Order#total adds nothing";
  e.place = kPlace;
  e.secs = 0.25;
  return e;
}

const RunStart kStart{"shop", "/home/ann/shop", "3f2c9ab", "desk", "ann", "1.0.0", true, {"dtest", "run"}, 30,
                      {"local", "bigbox"}, true};
const RunProgress kProgress{kCounts, 252, 412, {{kPlace, "spec/features/checkout_spec.rb", 31.5, 28.25}}, 44.5, 68.25};

StreamSnapshot snapshot() {
  return {kStart, "rspec", "3.13.0", "3.3.1", 48213, {"bigbox", "local"}, 5, kProgress,
          "/home/ann/.local/state/distributest/shop-1a2b/runs/b0b38ba700112233445566778899aabb/events.jsonl.gz"};
}

std::vector<Event> run_events() {
  const RunningFile& running = kProgress.running[0];
  Efficiency efficiency{2890.5, 30, 0.88, 26.5, 96.25, 2.5, {{"boot", 0.06}, {"tail", 0.04}, {"waiting", 0.02}}};
  return {kStart,
          RunPlan{{{"spec/a_spec.rb", 1.5, false}, {"spec/b_spec.rb", std::nullopt, true}}, "rspec", "3.13.0", "3.3.1",
                  48213, 30, 112.5, 9832},
          kProgress,
          RunCancel{"interrupt", {running}},
          RunKill{"interrupt", 30},
          RunEnd{"failed", 1, kCounts, 412, 111.5, 112.25,
                 {{"spec/lib/import_spec.rb", "./spec/lib/import_spec.rb[1:1]", "did not load"}}, efficiency, 2,
                 "1 file did not load"}};
}

std::vector<Event> node_events() {
  return {NodeJoin{"bigbox", 16, "3.3.1", "1.0.0"},
          NodeLost{"mini", "no heartbeat for 10s", 6},
          NodeLeave{"mini", "drained", 12, 2},
          NodeStatus{"bigbox", 16, 11},
          NodeSync{"mini", "end", false, "rsync ended with 23", 1.5},
          NodeSetup{kPlace, "runner_setup", "/home/ann/shop/.distributest/runner_setup", "end", false, "exit 3", 0.5,
                    output()},
          RunnerStart{kPlace, 2, 4711},
          RunnerReady{kPlace, 2, 6.5},
          RunnerCrash{kPlace, 2, 4711, "SIGSEGV", "spec/lib/image_spec.rb", "Image resizes", output()},
          RunnerEnd{kPlace, 2, "exit 0", "memory", 831488},
          RunnerSuspect{kPlace, 2, "replaced", 5, 5, 4, "spec/a_spec.rb", exception(),
                        "runner 7 on bigbox failed 5 files in a row"}};
}

std::vector<Event> file_events() {
  return {FileQueue{"spec/a_spec.rb", 2},
          FileStart{"spec/a_spec.rb", 2, kPlace, 1.5, 12, 3},
          FileEnd{"spec/a_spec.rb", 2, kPlace, Status::timed_out, 9.5, 0.5, 4.25, 123456, kCounts, true, 3, 3},
          FileRequeue{"spec/a_spec.rb", 1, kPlace, "runner bigbox/7 ended on SIGSEGV", 3, true, 2, "./spec/a_spec.rb[1:2]"},
          FileLoadError{"spec/lib/import_spec.rb", 1, kPlace, exception(), 2, 3},
          FileChanged{"spec/a_spec.rb", "changed", true},
          TestStart{"spec/a_spec.rb", 2, "./spec/a_spec.rb[1:1]", kPlace},
          test_end(), passed(),
          TestRetry{"./spec/a_spec.rb[1:1]", "spec/a_spec.rb", 4, Status::timed_out, 1, 3, 9, 1, 2, kPlace},
          TestError{"spec/a_spec.rb", 2, kPlace, "after(:suite)", exception(), 4, 3},
          OutChunk{kPlace, "spec/a_spec.rb", "./spec/a_spec.rb[1:1]", output()},
          LogLine{"warn", "spec/b_spec.rb reads TEST_ENV_NUMBER", "bigbox"}};
}

}  // namespace

std::vector<Envelope> sample_events() {
  std::vector<Event> events{StreamHello{"1.0.0", "ipc:///run/user/1000/distributest/e1"}, snapshot(), StreamBeat{41}};
  for (auto&& part : {run_events(), node_events(), file_events()})
    events.insert(events.end(), part.begin(), part.end());
  events.emplace_back(StreamBye{"the run ended"});
  std::vector<Envelope> envelopes;
  for (const Event& event : events) {
    Envelope e;
    e.seq = envelopes.size() + 1;
    e.ts.us = 1'790'000'000'000'000 + static_cast<std::int64_t>(e.seq) * 250'000;
    e.elapsed = static_cast<double>(e.seq) * 0.25;
    e.event = event;
    envelopes.push_back(e);
  }
  for (Envelope& e : envelopes) e.last = std::holds_alternative<RunEnd>(e.event);
  return envelopes;
}

StreamInfo sample_stream() { return {"desk-4242-1", "b0b38ba700112233445566778899aabb"}; }

}  // namespace dtest::collector
