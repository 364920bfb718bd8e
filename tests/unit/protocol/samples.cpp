#include "samples.hpp"

#include <set>

#include "protocol/kinds.hpp"

namespace dtest::protocol {
namespace {

using base::Attempt;
using base::Duration;
using base::Epoch;
using base::Incarnation;
using base::ItemId;
using base::Slot;

base::RunId run() { return *base::RunId::from_hex("b0b38ba700112233445566778899aabb"); }
constexpr Epoch kEpoch{0xfedcba9876543210U};

SessionOptions bare_options() {
  SessionOptions o;
  o.project = "/home/me/shop";
  o.lib = "/usr/share/distributest";
  return o;
}

SessionOptions sent_options() {
  SessionOptions o = bare_options();
  o.workspace = "shop";
  o.project = "workspace:/shop";
  o.lib = "workspace:/lib";
  return o;
}

SessionOptions full_options() {
  SessionOptions o = bare_options();
  o.mode = "list";
  o.ruby = {"bundle", "exec", "ruby"};
  o.framework = "rspec";
  o.bundler = "off";
  o.paths = {"spec/a_spec.rb:12"};
  o.patterns = {"spec/**/*_spec.rb"};
  o.excludes = {"spec/slow/**"};
  o.includes = {"lib"};
  o.requires_ = {"./helper"};
  o.args = {"--tag", "fast"};
  o.seed = -7;
  o.preload = "framework";
  o.env = {{"LANG", "C.UTF-8"}, {"TZ", "UTC"}};
  o.runners = 1024;
  o.timeout = Duration(5);
  o.first_is_empty = true;
  o.tmpdir = false;
  o.host = "box";
  o.origin = "box-1f2e3d4c";
  o.user = "anna";
  o.hooks = {{"node_setup", "/home/me/shop/.distributest/node_setup"}, {"after_fork", "/etc/after_fork.rb"}};
  o.hook_timeout = Duration(30'000'000);
  o.exit_timeout = Duration(20'000'000);
  o.share_database = true;
  o.number_offset = 2;
  o.told_runners = 3;
  o.output_cap = 4096;
  o.runner_memory = 1U << 30U;
  return o;
}

Exception raised() {
  Exception cause{"KeyError", "key not found: :id", {"lib/cart.rb:3:in `fetch'"}, "", "", {}};
  return {"RuntimeError", "boom \xf0\x9f\x92\xa5", {"lib/cart.rb:9:in `total'", "spec/cart_spec.rb:4"}, "-1\n+2",
          "lib/cart.rb:9", {cause}};
}

Example full_example() {
  Example e;
  e.item = ItemId(7);
  e.attempt = Attempt(2);
  e.id = "./spec/cart_spec.rb[1:2]";
  e.path = "spec/cart_spec.rb";
  e.line = 4;
  e.name = "Cart adds";
  e.description = "adds";
  e.status = "failed";
  e.took = Duration(1500);
  e.cpu = Duration(1200);
  e.exceptions = {raised(), raised()};
  e.pending_message = "later";
  e.tags = {"slow", "db"};
  e.output = {std::string("\0\xff raw\n", 7)};
  e.output_total = 99999;
  return e;
}

Example bare_example() {
  Example e;
  e.item = ItemId(0);
  e.attempt = Attempt(1);
  e.id = "1";
  e.name = "x";
  e.status = "passed";
  return e;
}

ItemEnd full_end(Outcome outcome) {
  ItemEnd end;
  end.item = ItemId(7);
  end.attempt = Attempt(2);
  end.outcome = outcome;
  end.why = "SIGSEGV";
  end.took = Duration(70'000'000);
  end.load = Duration(1000);
  end.cpu = Duration(60'000'000);
  end.rss_kb = 123456;
  end.count = 12;
  end.running = "./spec/cart_spec.rb[1:2]";
  end.exception = raised();
  end.output = {"last words", 1'000'000};
  return end;
}

Plan full_plan() { return {0, true, {"spec/a_spec.rb", "spec/b_spec.rb"}, {"rspec", "3.13.0"}, "3.3.1", "run", 4242}; }
Plan bare_plan() { return {1, false, {}, {}, "", "", std::nullopt}; }
ExampleList full_list() {
  return {ItemId(7), Attempt(2), 1, false, {{"./spec/cart_spec.rb[1:2]", 4, "Cart adds"}, {"2", 0, ""}}};
}

LocalReport say(LocalBody body) { return {Slot(3), Incarnation(2), 17, std::move(body)}; }

// "w-item", and "w-item-bare" for the second of a kind, "w-item-2" for the third.
std::string name_for(const std::string& link, std::string_view kind, std::set<std::string>& taken) {
  std::string name = link + "-" + std::string(kind);
  if (taken.insert(name).second) return name;
  if (taken.insert(name + "-bare").second) return name + "-bare";
  for (int i = 2;; ++i)
    if (taken.insert(name + "-" + std::to_string(i)).second) return name + "-" + std::to_string(i);
}

}  // namespace

std::vector<Work> sample_work() {
  ItemWork bare{run(),        kEpoch, base::JobNumber(1), ItemId(0), Attempt(1), "a_spec.rb",
                std::nullopt, false,  std::nullopt, {}};
  ItemWork full{run(), kEpoch, base::JobNumber(300), ItemId(7), Attempt(2), "spec/cart_spec.rb",
                std::vector<std::string>{"[1:1]", "[1:2]"}, true, Duration(2'500'000), {Slot(1), Slot(300)}};
  ItemWork none = full;
  none.examples.emplace();
  const SessionOptions sent = sent_options();
  return {Hello{run(), base::SessionNumber(2), full_options()},
          Hello{run(), base::SessionNumber(1), bare_options()},
          full,
          bare,
          Ping{run(), kEpoch, base::BeatNumber(70000), base::ReportNumber(5'000'000'000), true},
          Ping{run(), kEpoch, base::BeatNumber(0), base::ReportNumber(0), false},
          Cancel{run(), kEpoch, true},
          Cancel{run(), kEpoch, false},
          Bye{run(), kEpoch},
          Synced{run(), kEpoch},
          Hello{run(), base::SessionNumber(3), sent},
          SlotOrders{run(), kEpoch, 2, {{Slot(1), Incarnation(1), kRest}, {Slot(3), Incarnation(2), kRenew},
                                        {Slot(300), Incarnation(7), kStop}}},
          SlotOrders{run(), kEpoch, 3, {}},
          Ask{run()}};
}

std::vector<Body> sample_bodies() {
  return {Booting{4711},
          full_plan(),
          bare_plan(),
          Booted{Duration(1'000'000), "on"},
          Booted{},
          Setup{"runner_setup", Slot(3), "/home/me/shop/.distributest/runner_setup", "end", "exit 3", true,
                Duration(1500), {"no such role", 20'000}},
          Setup{"node_setup", Slot(0), "/etc/node_setup", "start", "", false, {}, {}},
          BootFailed{"no rspec", 78, {"LoadError", 900}},
          BootFailed{"", 1, {}},
          Notice{"the boot process ended", "warn"},
          RunnerUp{Slot(3), Incarnation(2), 4712},
          RunnerExit{Slot(3), Incarnation(2), 4712, "SIGSEGV", "crashed", {"Segmentation fault", 70'000}},
          RunnerExit{Slot(1), Incarnation(1), 1, "exit 0", "ended", {}},
          RunnerExit{Slot(1), Incarnation(2), 2, "exit 0", "memory", {}, 831'488},
          ItemStart{Slot(3), Incarnation(2), ItemId(7), Attempt(2)},
          full_list(),
          ExampleList{ItemId(0), Attempt(1), 0, false, {}},
          full_example(),
          bare_example(),
          OutsideError{ItemId(7), Attempt(2), "after(:context)", raised(), Slot(3), {"last words", 50'000}},
          OutsideError{std::nullopt, std::nullopt, "before(:suite)", Exception{"E", "", {}, "", "", {}}},
          full_end(Outcome::crashed),
          ItemEnd{ItemId(0), Attempt(1)},
          Closed{"its dtestd was drained (SIGUSR1)"},
          Workspace{"/home/dtest/.cache/distributest/work/box-1f2e3d4c/anna/shop/2"},
          Printed{Slot(3), {"caf\xe9\n"}, 4096},
          Printed{Slot(0), {"x"}, 0}};
}

std::vector<Result> sample_results() {
  NodeHeader full{base::SessionNumber(2), kEpoch, base::BeatNumber(12), base::JobNumber(8), base::JobNumber(9),
                  base::ReportNumber(40)};
  return {{full, Beat{3}}, {NodeHeader{}, Beat{}}, {full, Reports{base::ReportNumber(20), sample_bodies()}},
          {full, Reports{base::ReportNumber(1), {}}}, {full, NoSession{}}, {full, Refused{"stopping", 69}},
          {full, Status{"mini", 8, {{run(), "anna at laptop (key anna)", "shop", 4, 2, std::chrono::minutes(3)}}}}};
}

std::vector<LocalWork> sample_local_work() {
  return {BootWork{full_options(), {"spec/bad_spec.rb"}},
          BootWork{bare_options(), {}},
          ForkWork{Slot(3),
                   Incarnation(2),
                   "ipc:///run/j3.2",
                   "ipc:///run/o3.2",
                   {{"A", "1"}, {"B", std::nullopt}, {"C", ""}},
                   "/tmp/out3",
                   "/tmp/t3"},
          ForkWork{Slot(1), Incarnation(1), "ipc://j", "ipc://o", {}, "out", std::nullopt},
          RunWork{ItemId(7), Attempt(2), "spec/cart_spec.rb", std::vector<std::string>{"[1:1]"}, true},
          RunWork{ItemId(0), Attempt(1), "a_spec.rb", std::nullopt, false},
          Quit{},
          BootWork{sent_options(), {}}};
}

std::vector<LocalReport> sample_local_reports() {
  std::vector<LocalReport> all{
      say(LocalHello{4712, "3.3.1"}), say(LocalHello{1, ""}), say(Loading{"spec/a_spec.rb", {}}), say(Loading{"after_fork.rb", "after_fork"}),
      say(full_plan()),
      say(bare_plan()), say(Loaded{Duration(900'000), "on"}), say(Loaded{}), say(BootFailed{"why", 78, {"out", 900}}),
      say(BootFailed{"", 70, {}}), say(Notice{"text", "info"}), say(Ready{{"postgresql://db:5432/shop_test", "/home/me/shop/db/test.sqlite3"}, 45'056}),
      say(Ready{}), say(full_list()),
      say(ExampleBegin{ItemId(7), Attempt(2), "[1:1]"}), say(ExampleOver{full_example(), 10, 20}),
      say(ExampleOver{bare_example(), 0, 0}), say(OutsideError{ItemId(7), Attempt(2), "hook", raised(), Slot(3), {"last words", 20'000}}),
      say(OutsideError{std::nullopt, std::nullopt, "suite", raised()}), say(RunDone{full_end(Outcome::load_error)}),
      say(RunDone{{ItemId(0), Attempt(1)}}), say(LocalBye{})};
  all.push_back({Slot(0), Incarnation(0), 18, Forked{Slot(3), Incarnation(2), 4712}});
  return all;
}

std::string encoded(const Result& result) {
  std::vector<std::string> kept;
  if (const auto* reports = std::get_if<Reports>(&result.content))
    for (const Body& body : reports->bodies) kept.push_back(encode(body));
  return encode(result, {kept.begin(), kept.end()});
}

std::vector<Sample> samples() {
  std::vector<Sample> all;
  std::set<std::string> names;
  for (const Work& m : sample_work()) all.push_back({name_for("w", kind_of(m), names), encode(m)});
  for (const Result& m : sample_results()) all.push_back({name_for("r", kind_of(m.content), names), encoded(m)});
  for (const LocalWork& m : sample_local_work()) all.push_back({name_for("j", kind_of(m), names), encode(m)});
  for (const LocalReport& m : sample_local_reports()) all.push_back({name_for("o", kind_of(m.body), names), encode(m)});
  return all;
}

}  // namespace dtest::protocol
