#include "rig.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace dtest::broker {

Rig::Rig() : Rig(Limits{}) {}

Rig::Rig(Limits own) : limits(own), node("box", own, [this] { return ++next_epoch_; }) {
  options.project = "/p";
  options.runners = 2;
  options.exit_timeout = std::chrono::seconds(10);
  node.on_subscription(run, true);
}

void Rig::forget() {
  actions.clear();
  bodies.clear();
  results.clear();
}

std::optional<Session::State> Rig::state() const {
  if (session() == nullptr) return std::nullopt;
  return session()->state();
}

void Rig::step(Actions fresh) {
  for (Action& action : fresh) {
    if (const auto* publish = std::get_if<Publish>(&action)) {
      auto result = protocol::decode_result(publish->frame);
      ASSERT_TRUE(result) << result.why;
      results.push_back(*result.message);
      if (std::holds_alternative<protocol::NoSession>(result.message->content)) continue;
      if (result.message->header.epoch != epoch) heard = 0;
      header = result.message->header;
      epoch = header.epoch;
      if (auto* reports = std::get_if<protocol::Reports>(&result.message->content)) {
        std::uint64_t number = reports->first.value;
        for (protocol::Body& body : reports->bodies)
          if (number++ == heard + 1) ++heard, bodies.push_back(std::move(body));
      }
    } else if (const auto* boot = std::get_if<StartBoot>(&action)) {
      incarnation_[base::kBootSlot] = boot->incarnation;
      said_[base::kBootSlot] = 0;
    } else if (const auto* fork = std::get_if<ForkRunner>(&action)) {
      incarnation_[fork->slot] = fork->incarnation;
      said_[fork->slot] = 0;
    }
    actions.push_back(std::move(action));
  }
}

void Rig::work(const protocol::Work& message) {
  Actions fresh;
  node.on_work(message, now, fresh);
  step(std::move(fresh));
}

void Rig::hello(std::uint32_t number) { work(protocol::Hello{run, base::SessionNumber(number), options}); }

void Rig::item(std::uint64_t job, std::uint32_t item, std::uint32_t attempt, const std::string& path) {
  work(protocol::ItemWork{run, epoch, base::JobNumber(job), base::ItemId(item), base::Attempt(attempt), path,
                          std::nullopt, false, std::nullopt, {}});
}

void Rig::brief_item(std::uint64_t job, std::uint32_t item) {
  work(protocol::ItemWork{run, epoch, base::JobNumber(job), base::ItemId(item), base::Attempt(1), "a_spec.rb",
                          std::nullopt, false, std::chrono::milliseconds(5), {}});
}

void Rig::ping(std::uint64_t beat, std::uint64_t ack, bool gap) {
  work(protocol::Ping{run, epoch, base::BeatNumber(beat), base::ReportNumber(ack), gap});
}

void Rig::cancel(bool kill) { work(protocol::Cancel{run, epoch, kill}); }
void Rig::bye() { work(protocol::Bye{run, epoch}); }

void Rig::runner_says(std::uint32_t slot, protocol::LocalBody body) {
  base::Slot s(slot);
  Actions fresh;
  node.on_local(run, {s, incarnation_[s], ++said_[s], std::move(body)}, now, fresh);
  step(std::move(fresh));
}

void Rig::boot_says(protocol::LocalBody body) { runner_says(0, std::move(body)); }

void Rig::over(std::uint32_t slot, const std::string& how, bool started) {
  base::Slot s(slot);
  Actions fresh;
  node.on_process_over(run, {s, incarnation_[s], 40 + slot, how, started, {"last words"}}, now, fresh);
  step(std::move(fresh));
}

void Rig::hook_over(std::uint32_t slot, bool ok, const std::string& how) {
  Actions fresh;
  node.on_hook_over(run, {base::Slot(slot), how, ok, {"it said"}}, now, fresh);
  step(std::move(fresh));
}

void Rig::empty() {
  Actions fresh;
  node.on_session_empty(run, now, fresh);
  step(std::move(fresh));
}

void Rig::boot_up() {
  boot_says(protocol::LocalHello{40, "3.3.1"});
  boot_says(protocol::Plan{0, false, {"a_spec.rb"}, {"rspec", "3"}, "3.3.1", "run", {}});
  boot_says(protocol::Loaded{base::Duration(5), "on"});
}

void Rig::ready(std::uint32_t slot, std::vector<std::string> databases) {
  boot_says(protocol::Forked{base::Slot(slot), incarnation_[base::Slot(slot)], 40 + slot});
  runner_says(slot, protocol::LocalHello{40 + slot, "3.3.1"});
  runner_says(slot, protocol::Ready{std::move(databases)});
}

void Rig::serving(std::uint32_t runners) {
  options.runners = runners;
  hello();
  boot_up();
  for (std::uint32_t i = 1; i <= runners; ++i) ready(i);
  pass(std::chrono::milliseconds(30));
  ack_all();
  forget();
}

void Rig::done(std::uint32_t slot, std::uint32_t item, std::uint32_t attempt) {
  runner_says(slot, protocol::RunDone{{base::ItemId(item), base::Attempt(attempt)}});
}

void Rig::pass(base::Duration time) {
  base::Instant end = now + time;
  for (int turns = 0; node.next_deadline() <= end; ++turns) {
    ASSERT_LT(turns, 100'000) << "the loop would spin";
    now = std::max(now, node.next_deadline());
    Actions fresh;
    node.tick(now, fresh);
    step(std::move(fresh));
  }
  now = end;
}

}  // namespace dtest::broker
