#include "fleet.hpp"

#include <numeric>

#include "protocol/codec.hpp"

namespace dtest::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

broker::Limits limits(std::uint32_t runners) {
  broker::Limits limits;
  limits.runners = runners;
  return limits;
}

protocol::SessionOptions options_of(const std::string& user, std::uint32_t runners) {
  protocol::SessionOptions options;
  options.project = "/home/" + user + "/shop";
  options.user = user;
  options.origin = user + "s-laptop";
  options.runners = runners;
  return options;
}

}  // namespace

Fleet::Fleet(std::uint32_t runners)
    : node_("box", limits(runners), [this] { return random.next(); }), runners_(runners) {}

Tenant& Fleet::add(const std::string& user, std::size_t items, base::Duration longest, base::Duration begin) {
  auto number = static_cast<std::uint8_t>(tenants.size() + 1);
  Tenant& fresh = *tenants.emplace_back(std::make_unique<Tenant>(*this, number, user, runners_, items, longest));
  time.after(begin, [&fresh] { fresh.start(); });
  return fresh;
}

bool Fleet::run_for(base::Duration how_long) {
  base::Instant end = time.now() + how_long;
  time.at(end, [] {});
  while (time.now() < end) {
    base::Instant before = time.now();
    std::vector<std::uint32_t> held;
    for (const auto& each : tenants) held.push_back(busy(*each));
    if (std::accumulate(held.begin(), held.end(), 0U) > runners_ || !time.step()) return false;
    for (std::size_t i = 0; i < held.size(); ++i) tenants[i]->seats += held[i] * base::seconds(time.now() - before);
  }
  return true;
}

void Fleet::to_node(const base::RunId& run, const std::string& frame) {
  time.at(arrival(to_node_[run]), [this, work = *protocol::decode_work(frame).message] {
    step([&](broker::Node& node, broker::Actions& actions) { node.on_work(work, time.now(), actions); });
  });
}

void Fleet::step(const std::function<void(broker::Node&, broker::Actions&)>& call) {
  broker::Actions actions;
  call(node_, actions);
  for (const broker::Action& action : actions) perform(action);
  base::Instant next = node_.next_deadline();
  if (next >= armed_) return;
  armed_ = next;
  time.at(next, [this] {
    armed_ = base::kNever;
    step([this](broker::Node& node, broker::Actions& more) { node.tick(time.now(), more); });
  });
}

void Fleet::says(const base::RunId& run, base::Slot slot, protocol::LocalBody body, base::Duration when) {
  std::uint64_t number = ++said_[{run, slot}];
  time.after(when, [this, run, report = protocol::LocalReport{slot, base::Incarnation(1), number, std::move(body)}] {
    step([&](broker::Node& node, broker::Actions& actions) { node.on_local(run, report, time.now(), actions); });
  });
}

void Fleet::perform(const broker::Action& action) {
  if (const auto* publish = std::get_if<broker::Publish>(&action)) {
    time.at(arrival(to_master_[publish->run]), [this, run = publish->run, result = *protocol::decode_result(publish->frame).message] {
      tenant(run).on_result(result);
    });
  } else if (const auto* boot = std::get_if<broker::StartBoot>(&action)) {
    says(boot->run, base::kBootSlot, protocol::LocalHello{1, "3.3"}, milliseconds(10));
    says(boot->run, base::kBootSlot, protocol::Plan{0, false, {"a_spec.rb"}, {"rspec", "3"}, "3.3", "run", {}},
         milliseconds(20));
    says(boot->run, base::kBootSlot, protocol::Loaded{milliseconds(30), "on"}, milliseconds(30));
  } else if (const auto* fork = std::get_if<broker::ForkRunner>(&action)) {
    says(fork->run, fork->slot, protocol::Ready{}, milliseconds(5));
  } else if (const auto* send = std::get_if<broker::SendLocal>(&action)) {
    if (const auto* work = std::get_if<protocol::RunWork>(&send->work)) {
      protocol::RunDone done;
      done.end.item = work->item;
      done.end.attempt = work->attempt;
      says(send->run, send->slot, done, some(tenant(send->run).longest));
    }
  } else if (const auto* kill = std::get_if<broker::KillSession>(&action)) {
    time.after(milliseconds(5), [this, run = kill->run] {
      step([&](broker::Node& node, broker::Actions& actions) { node.on_session_empty(run, time.now(), actions); });
    });
  } else if (const auto* entry = std::get_if<broker::Log>(&action)) {
    log.push_back(entry->text);
  }
}

Tenant::Tenant(Fleet& fleet, std::uint8_t number, const std::string& user, std::uint32_t runners, std::size_t some,
               base::Duration most)
    : run{{number}}, items(some), longest(most), fleet_(fleet), master_(run, options_of(user, runners), {}, *this) {}

void Tenant::start() {
  began = fleet_.time.now();
  fleet_.subscribe(run);
  act([this](master::Master& m, master::Actions& actions) { m.add_node("box", fleet_.time.now(), actions); });
  // Its loop: often enough for every timer of the master.
  struct Loop {
    static void turn(Tenant& t) {
      t.act([&](master::Master& m, master::Actions& actions) { m.tick(t.fleet_.time.now(), actions); });
      if (t.ended == base::kNever) t.fleet_.time.after(milliseconds(100), [&t] { turn(t); });
    }
  };
  Loop::turn(*this);
}

void Tenant::act(const std::function<void(master::Master&, master::Actions&)>& call) {
  master::Actions actions;
  call(master_, actions);
  if (std::exchange(plan_wanted_, false)) {
    std::vector<master::PlannedItem> plan(items, master::PlannedItem{"a_spec.rb", std::nullopt, std::nullopt});
    master_.plan(plan, fleet_.time.now(), actions);
  }
  for (const master::Send& send : actions) fleet_.to_node(run, send.frame);
  if (master_.finished() && ended == base::kNever) ended = fleet_.time.now();
}

void Tenant::on_result(const protocol::Result& result) {
  act([&](master::Master& m, master::Actions& actions) { m.on_result("box", result, fleet_.time.now(), actions); });
}

std::vector<double> means(Fleet& fleet, base::Duration how_long) {
  for (auto& tenant : fleet.tenants) tenant->seats = 0;
  if (!fleet.run_for(how_long)) return {};
  std::vector<double> all;
  for (auto& tenant : fleet.tenants) all.push_back(tenant->seats / base::seconds(how_long));
  return all;
}

}  // namespace dtest::simulation
