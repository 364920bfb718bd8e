#include "virtual_runner.hpp"

#include <algorithm>

namespace dtest::simulation {

using Nature = VirtualFile::Nature;

constexpr std::uint64_t kLarge = 4U << 20U;  // kB, more than any session allows

void VirtualRunner::begin() {
  if (shared_.random.chance(shared_.scenario.die_after_fork)) {
    shared_.saw(Fault::died_after_fork, slot().value, incarnation().value);
    later(shared_.some(3000), [this] { die("SIGBUS"); });
    return;
  }
  later(shared_.some(20'000), [this] {
    say(protocol::LocalHello{pid(), "3.3.1"});
    if (shared_.random.chance(shared_.scenario.after_fork_hangs)) {
      shared_.saw(Fault::after_fork_hung, slot().value);
      say(protocol::Loading{"after_fork.rb", "after_fork"});
      return;
    }
    base::Duration loading = shared_.some(shared_.scenario.whole_in_runners ? 500'000 : 10'000);
    later(loading, [this] { ready(); });
  });
}

void VirtualRunner::ready() {
  if (shared_.scenario.whole_in_runners) {
    // In two parts, as long plans are.
    protocol::Plan plan;
    plan.more = true;
    for (const VirtualFile& file : shared_.scenario.files) {
      plan.files.push_back(file.path);
      if (plan.part > 0 || plan.files.size() != shared_.scenario.files.size() / 2) continue;
      say(plan);
      plan.files.clear();
      plan.part = 1;
    }
    plan.more = false;
    say(plan);
  }
  protocol::Ready ready;
  if (std::string database = database_of(shared_.scenario, slot().value); !database.empty())
    ready.databases.push_back(database);
  say(ready);
}

void VirtualRunner::hear(const protocol::LocalWork& work) {
  if (const auto* item = std::get_if<protocol::RunWork>(&work)) {
    if (work_) queue_.push_back(*item);
    else run(*item);
  } else if (std::holds_alternative<protocol::Quit>(work)) {
    quit();
  }
}

// Suite hooks, then exit handlers; one that has much to do says so.
void VirtualRunner::quit() {
  const Scenario& s = shared_.scenario;
  if (shared_.random.chance(s.refuse_quit)) {
    shared_.saw(Fault::quit_refused, slot().value);
    return;
  }
  base::Duration work = shared_.some(50'000);
  if (shared_.random.chance(s.exit_handler_slow)) {
    shared_.saw(Fault::exit_handler_slow, slot().value);
    for (auto rest = shared_.random.between(1, 3); rest > 0; --rest) {
      work += shared_.some(8'000'000);
      later(work, [this] { say(protocol::Loading{"report"}); });
    }
  }
  const bool in_hook = shared_.random.chance(s.suite_hook_dies),
             in_handler = shared_.random.chance(s.exit_handler_dies);
  later(work, [this, in_hook, in_handler] {
    if (in_hook) shared_.saw(Fault::suite_hook_died, slot().value);
    else if (in_handler) shared_.saw(Fault::exit_handler_died, slot().value);
    leave(in_hook ? "SIGSEGV" : "exit 0", !in_hook && !in_handler);  // exit! has a good status
  });
}

void VirtualRunner::run(const protocol::RunWork& work) {
  if (work_) shared_.invariants.violated(Rule::one_execution, "a runner got an item while it had one");
  work_ = work;
  newest_ = {work.item.value, work.attempt.value};
  if (condemned()) on_condemned();
  shared_.invariants.execution_began(work.item.value, work.attempt.value, slot(), pid());
  shared_.trace.note(shared_.now(), "runner %n runs item %n attempt %n (pid %n)", slot().value, work.item.value,
                     work.attempt.value, static_cast<std::uint64_t>(pid()));
  file_ = &shared_.scenario.files.at(std::stoul(work.path.substr(std::string("spec/f").size())));
  examples_.clear();
  for (std::uint32_t i = 0; i < file_->examples; ++i) {
    std::string id = example_id(*file_, i);
    if (vanishes(id) && work.attempt.value > 1) {
      shared_.saw(Fault::example_vanished, work.item.value);
      continue;
    }
    if (!work.examples || std::find(work.examples->begin(), work.examples->end(), id) != work.examples->end())
      examples_.push_back(id);
  }
  say(protocol::Loading{work.path});
  later(shared_.some(30'000), [this] { announce(); });
}

void VirtualRunner::announce() {
  if (file_->nature == Nature::kills_loader) {
    shared_.saw(Fault::died_loading, slot().value);
    die("SIGABRT");
    return;
  }
  if (shared_.scenario.most_examples > 0 && examples_.size() > shared_.scenario.most_examples)
    shared_.saw(Fault::too_many_examples, work_->item.value);
  protocol::ExampleList list{work_->item, work_->attempt, 0, false, {}};
  if (file_->nature == Nature::load_error) {
    shared_.saw(Fault::load_error, work_->item.value);
    if (is_sick()) shared_.invariants.sick.ran(work_->item.value, work_->attempt.value);
    say(list);
    done(protocol::Outcome::load_error);
    return;
  }
  if (is_sick() && !shared_.scenario.sick_crashes && !examples_.empty()) {
    shared_.saw(host_.node() > 0 && shared_.scenario.sick_node > 0 ? Fault::sick_node : Fault::sick_runner,
                slot().value, work_->item.value);
    shared_.invariants.sick.ran(work_->item.value, work_->attempt.value);
    if (shared_.random.chance(0.2)) {
      say(list);
      done(protocol::Outcome::load_error);
      return;
    }
  }
  for (std::size_t i = 0; i < examples_.size(); ++i) {
    list.examples.push_back({examples_[i], static_cast<std::uint32_t>(i), examples_[i]});
    if (i + 1 < examples_.size() && i % 2 == 1) {
      list.more = true;
      say(list);
      list = {work_->item, work_->attempt, list.part + 1, false, {}};
    }
  }
  say(list);
  next_ = 0;
  next_example();
}

bool VirtualRunner::misfortune() {
  const Scenario& s = shared_.scenario;
  if (is_sick() && s.sick_crashes) {
    shared_.saw(Fault::sick_crash, slot().value, work_->item.value);
    later(shared_.some(10'000), [this] { die("SIGILL"); });
    return true;
  }
  if (is_sick()) return false;
  bool bad_file = next_ + 1 == examples_.size();
  if ((bad_file && file_->nature == Nature::hangs) || shared_.random.chance(s.hang)) {
    shared_.saw(Fault::hang, slot().value, work_->item.value);
    return true;
  }
  if (shared_.random.chance(s.stop_runner)) {
    shared_.saw(Fault::runner_frozen, slot().value, work_->item.value);
    stop(shared_.random.between(base::Duration(0), 2 * s.timeout));
    return false;
  }
  if (shared_.random.chance(s.close_sockets)) {
    shared_.saw(Fault::sockets_closed, slot().value, work_->item.value);
    close_sockets();
    if (shared_.random.chance(0.5)) later(shared_.some(1'000'000), [this] { die("exit 1"); });
    return true;
  }
  bool zero = (bad_file && file_->nature == Nature::exits_zero) || shared_.random.chance(s.exit_zero);
  bool crash = (bad_file && (file_->nature == Nature::kills_runner || vanishes(examples_[next_]))) ||
               shared_.random.chance(s.crash);
  if (!zero && !crash) return false;
  shared_.saw(zero ? Fault::exit_zero : Fault::crash, slot().value, work_->item.value);
  later(shared_.some(10'000), [this, zero] { die(zero ? "exit 0" : "SIGSEGV"); });
  return true;
}

void VirtualRunner::next_example() {
  if (next_ == examples_.size()) {
    done(protocol::Outcome::done);
    return;
  }
  const std::string& id = examples_[next_];
  slept_ = {};
  if (say(protocol::ExampleBegin{work_->item, work_->attempt, id}))
    shared_.invariants.example_began(work_->item.value, work_->attempt.value, id);
  print();
  if (misfortune()) return;
  const base::Duration most = is_sick() ? kSickExample : shared_.scenario.example_most;
  base::Duration took = shared_.random.between(base::Duration(10), most);
  later(took, [this, id, took] { end_example(id, took); });
}

void VirtualRunner::end_example(const std::string& id, base::Duration took) {
  protocol::ExampleOver over;
  over.example.item = work_->item;
  over.example.attempt = work_->attempt;
  over.example.id = over.example.name = id;
  over.example.status = status_of(work_->item.value, id);
  over.example.took = took + slept_;
  if (is_sick()) {
    over.example.status = "failed";
    over.example.exceptions.push_back({"Sick", "no database", {}, "", "", {}});
  }
  if (say(over)) shared_.invariants.example_ended(work_->item.value, work_->attempt.value);
  if (condemned()) ended_too_late(id);
  ++next_;
  next_example();
}

// It outlives the signal of its end for a while.
void VirtualRunner::ended_too_late(const std::string& id) {
  shared_.saw(Fault::ended_too_late, slot().value, work_->item.value);
  shared_.invariants.ended_too_late(work_->item.value, work_->attempt.value, id);
}

void VirtualRunner::done(protocol::Outcome outcome) {
  protocol::RunDone message;
  message.end.item = work_->item;
  message.end.attempt = work_->attempt;
  message.end.outcome = outcome;
  message.end.count = next_;
  if (shared_.random.chance(shared_.scenario.grow)) {
    shared_.saw(Fault::outgrown, slot().value, work_->item.value);
    message.end.rss_kb = kLarge;
  }
  if (outcome == protocol::Outcome::load_error && is_sick())
    message.end.exception = protocol::Exception{"Sick", "no database", {}, "", "", {}};
  if (shared_.random.chance(shared_.scenario.error_outside)) {
    shared_.saw(Fault::error_outside, work_->item.value);
    say(protocol::OutsideError{work_->item, work_->attempt, "after(:context)", {"RuntimeError", "no", {}, {}, {}, {}}});
  }
  shared_.invariants.execution_over(work_->item.value, work_->attempt.value, say(message));
  work_.reset();
  if (shared_.random.chance(shared_.scenario.die_idle)) {
    shared_.saw(Fault::died_idle, slot().value);
    later(shared_.some(5000), [this] { die("SIGPIPE"); });
  }
  if (queue_.empty()) return;
  protocol::RunWork next = std::move(queue_.front());
  queue_.pop_front();
  run(next);
}

// What it has said last may not have arrived, and is not heard any more.
void VirtualRunner::on_condemned() {
  if (newest_) shared_.invariants.not_heard_out(newest_->first, newest_->second);
}

void VirtualRunner::on_death() {
  if (work_) shared_.invariants.execution_over(work_->item.value, work_->attempt.value, false);
  work_.reset();
}

}  // namespace dtest::simulation
