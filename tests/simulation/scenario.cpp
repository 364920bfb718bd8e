#include "scenario.hpp"

#include <functional>

namespace dtest::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Nature = VirtualFile::Nature;

constexpr std::uint64_t kMany = 60;

// Most worlds have a few kinds of trouble, some none, so that each is also met alone.
double sometimes(Random& random, double share, double most) {
  return random.chance(share) ? most * static_cast<double>(random.between(1, 100)) / 100 : 0;
}

// A large project is not to spend the day in its hangs.
double trouble(std::uint64_t files) {
  return files > kMany ? static_cast<double>(kMany) / static_cast<double>(files) : 1;
}

void draw_project(Scenario& s, Random& random) {
  static const std::vector<Nature> bad{Nature::load_error, Nature::kills_loader, Nature::kills_runner,
                                       Nature::exits_zero, Nature::hangs, Nature::vanishes};
  std::uint64_t files = random.chance(0.03) ? 0 : random.log_uniform(5000);
  double share = sometimes(random, 0.5, 0.3) * trouble(files);
  const double red = random.chance(0.08) ? 0.9 : 0;  // the code is bad, on every runner
  for (std::uint64_t i = 0; i < files; ++i) {
    auto examples = static_cast<std::uint32_t>(random.below(files > kMany ? 3 : 6));
    VirtualFile file{file_path(i), examples, Nature::good};
    if (random.chance(red)) file.nature = Nature::red;
    if (random.chance(share)) file.nature = random.pick(bad);
    if (file.nature != Nature::good && file.nature != Nature::red && file.nature != Nature::load_error)
      file.examples = std::max(file.examples, 1U);
    s.files.push_back(file);
  }
  for (std::size_t i = 0; i < s.files.size(); ++i) {
    const VirtualFile& file = s.files[i];
    std::uint32_t half = file.examples / 2;
    bool split = half > 0 && random.chance(0.1);
    VirtualItem first{i, split, {}}, second{i, split, {}};
    for (std::uint32_t e = 0; e < file.examples; ++e)
      (split && e >= half ? second : first).examples.push_back(example_id(file, e));
    s.items.push_back(first);
    if (split) s.items.push_back(second);
  }
}

void draw_network(Scenario& s, Random& random) {
  s.delay_most = random.chance(0.2) ? milliseconds(300) : milliseconds(5);
  s.bad_network = !s.embedded && random.chance(0.4);
  if (!s.bad_network) return;
  s.lose = sometimes(random, 0.7, 0.2);
  s.twice = sometimes(random, 0.5, 0.2);
  s.late = sometimes(random, 0.5, 0.1);
  s.tear = sometimes(random, 0.2, 0.1);
  s.partition = sometimes(random, 0.4, 0.1);
  s.restart = sometimes(random, 0.4, 0.05);
  s.death = sometimes(random, 0.2, 0.02);
}

// A guardian that is stopped while the lease ends cannot kill, and nobody else may say that its processes are dead:
// only where nothing ends the lease.
void draw_stops(Scenario& s, Random& random) {
  s.stop_daemon = sometimes(random, 0.2, 0.05);
  s.stop_dtest = sometimes(random, 0.2, 0.05);
  s.daemon_end = random.chance(0.08) ? 1 : 0;
  s.dtest_end = random.chance(0.05) ? 1 : 0;
  s.set_clock = sometimes(random, 0.1, 0.5);
  if (s.embedded) s.suspend = sometimes(random, 0.7, 0.5);
  const bool lease_ends = s.bad_network || s.stop_daemon > 0 || s.stop_dtest > 0 || s.daemon_end > 0 || s.dtest_end > 0;
  if (!lease_ends) s.stop_guardian = sometimes(random, 0.3, 0.2);
}

// Clocks that go wrong by up to two per cent: far worse than real ones, and less than the lease's margin.
void draw_nodes(Scenario& s, Random& random) {
  const bool drifts = !s.embedded && random.chance(0.3), slow = random.chance(0.2);
  for (std::uint32_t i = 0; i < s.nodes; ++i) {
    s.drift.push_back(drifts ? static_cast<std::int64_t>(random.below(40'001)) - 20'000 : 0);
    s.slow.push_back(slow && random.chance(0.3) ? static_cast<std::uint32_t>(random.between(2, 20)) : 1);
  }
}

void draw_faults(Scenario& s, Random& random) {
  const double few = trouble(s.files.size());
  s.crash = sometimes(random, 0.3, 0.1) * few;
  s.exit_zero = sometimes(random, 0.2, 0.05) * few;
  s.hang = sometimes(random, 0.15, 0.03) * few;
  s.die_idle = sometimes(random, 0.2, 0.3) * few;
  s.die_after_fork = sometimes(random, 0.2, 0.5);
  s.refuse_quit = sometimes(random, 0.1, 1);
  s.ignore_term = sometimes(random, 0.3, 1);
  s.stop_runner = sometimes(random, 0.2, 0.05) * few;
  s.close_sockets = sometimes(random, 0.15, 0.03) * few;
  s.lose_words = sometimes(random, 0.1, 0.02) * few;
  s.leave_children = sometimes(random, 0.15, 1);
  s.error_outside = sometimes(random, 0.1, 0.2);
  s.suite_hook_dies = sometimes(random, 0.1, 1);
  s.exit_handler_dies = sometimes(random, 0.1, 1);
  s.exit_handler_slow = sometimes(random, 0.1, 1);
  s.workspace_fails = sometimes(random, 0.3, 0.5);
  s.after_fork_hangs = sometimes(random, 0.06, 0.2);
  s.boot_no_ruby = sometimes(random, 0.05, 1);
  s.hook_failed = sometimes(random, 0.3, 0.5);
  s.hook_hung = sometimes(random, 0.15, 0.3);
  s.boot_not_started = sometimes(random, 0.06, 1);
  s.boot_refused = sometimes(random, 0.06, 1);
  s.boot_failed = sometimes(random, 0.06, 1);
  s.boot_hung = sometimes(random, 0.06, 1);
  s.boot_died_later = sometimes(random, 0.12, 0.8);
  s.boot_deaf = sometimes(random, 0.06, 0.6);
  s.fork_unsaid = sometimes(random, 0.12, 0.6);
  s.sick_runner = sometimes(random, 0.12, 0.6);
  s.sick_node = sometimes(random, 0.06, 0.6);
  s.sick_heals = random.chance(0.3);
  s.sick_crashes = random.chance(0.4);
  s.guardian_end = random.chance(0.06) ? 1 : 0;
  s.drain = random.chance(0.1) ? 1 : 0;
  s.kill = random.chance(0.1) ? 1 : 0;
  s.grow = sometimes(random, 0.2, 0.3) * few;
  s.flood = sometimes(random, 0.1, 0.3) * few;
}

}  // namespace

Scenario Scenario::draw(Random& random) {
  Scenario s;
  s.nodes = static_cast<std::uint32_t>(random.log_uniform(50));
  s.runners = static_cast<std::uint32_t>(random.log_uniform(32));
  s.timeout = random.between(base::Duration(seconds(5)), base::Duration(seconds(30)));
  s.grace = random.between(base::Duration(milliseconds(50)), base::Duration(seconds(1)));
  s.boot_timeout = seconds(random.between(3, 20));
  s.workspace = random.chance(0.12);
  s.node_setup = random.chance(0.15);
  s.runner_setup = random.chance(0.15);
  s.hook_timeout = seconds(random.between(1, 10));
  if (random.chance(0.1)) s.databases = static_cast<std::uint32_t>(random.between(1, 4));
  s.prefetch = random.between(0, 3);
  s.outbox_reports = random.chance(0.3) ? random.between(2, 40) : 4096;
  s.crash_retries = static_cast<std::uint32_t>(random.between(0, 2));
  s.codec = random.chance(0.1);
  draw_project(s, random);
  // Slow examples, so that partitions and leases meet something that runs.
  std::uint64_t pace = s.files.size() > kMany ? 0 : random.below(10);
  s.example_most = pace < 5 ? milliseconds(100) : pace < 8 ? milliseconds(2500) : milliseconds(15'000);
  s.whole_in_runners = s.files.size() <= kMany && random.chance(0.2);
  s.load_in_boot = s.files.size() <= kMany || random.chance(0.1);
  s.embedded = random.chance(0.15);
  if (s.embedded) s.nodes = 1;
  draw_nodes(s, random);
  draw_network(s, random);
  s.sick_draw = random.next();
  if (random.chance(0.5)) draw_stops(s, random);
  if (random.chance(0.85)) {
    draw_faults(s, random);
  } else if (random.chance(0.5)) {
    s.sick_runner = 0.3;  // and nothing else
    s.sick_node = random.chance(0.3) ? 0.3 : 0;
    s.sick_heals = random.chance(0.3);
  }
  if (random.chance(0.3)) s.retries = static_cast<std::uint32_t>(random.between(1, 3));
  s.retry_on = static_cast<master::Limits::RetryOn>(random.below(3));
  s.verified = s.files.size() <= 4 * kMany && random.chance(0.1);
  if (random.chance(0.03)) s.most_examples = random.between(1, 3);
  if (random.chance(0.03)) s.most_files = random.between(0, 30);
  return s;
}

const std::vector<Chance>& chances() {
  using S = Scenario;
  static const std::vector<Chance> all{{"lose", &S::lose},
                                       {"twice", &S::twice},
                                       {"late", &S::late},
                                       {"tear", &S::tear},
                                       {"partition", &S::partition},
                                       {"restart", &S::restart},
                                       {"death", &S::death},
                                       {"stop daemon", &S::stop_daemon},
                                       {"stop dtest", &S::stop_dtest},
                                       {"stop guardian", &S::stop_guardian},
                                       {"suspend", &S::suspend},
                                       {"set clock", &S::set_clock},
                                       {"stop runner", &S::stop_runner},
                                       {"close sockets", &S::close_sockets},
                                       {"lose words", &S::lose_words},
                                       {"leave children", &S::leave_children},
                                       {"error outside", &S::error_outside},
                                       {"suite hook dies", &S::suite_hook_dies},
                                       {"exit handler dies", &S::exit_handler_dies},
                                       {"exit handler slow", &S::exit_handler_slow},
                                       {"crash", &S::crash},
                                       {"exit 0", &S::exit_zero},
                                       {"hang", &S::hang},
                                       {"die idle", &S::die_idle},
                                       {"die after fork", &S::die_after_fork},
                                       {"grow", &S::grow},
                                       {"flood", &S::flood},
                                       {"refuse quit", &S::refuse_quit},
                                       {"ignore TERM", &S::ignore_term},
                                       {"sick runner", &S::sick_runner},
                                       {"sick node", &S::sick_node},
                                       {"workspace fails", &S::workspace_fails},
                                       {"after_fork hangs", &S::after_fork_hangs},
                                       {"boot no Ruby", &S::boot_no_ruby},
                                       {"hook failed", &S::hook_failed},
                                       {"hook hung", &S::hook_hung},
                                       {"boot refused", &S::boot_refused},
                                       {"boot not started", &S::boot_not_started},
                                       {"boot failed", &S::boot_failed},
                                       {"boot hung", &S::boot_hung},
                                       {"boot died later", &S::boot_died_later},
                                       {"boot deaf", &S::boot_deaf},
                                       {"fork unsaid", &S::fork_unsaid},
                                       {"daemon end", &S::daemon_end},
                                       {"dtest end", &S::dtest_end},
                                       {"guardian end", &S::guardian_end},
                                       {"drain", &S::drain},
                                       {"kill", &S::kill}};
  return all;
}

std::string database_of(const Scenario& scenario, std::uint32_t slot) {
  return scenario.databases > 0 ? "postgresql://db/" + std::to_string(slot % scenario.databases) : "";
}

bool is_sick(const Scenario& scenario, std::size_t node, std::uint32_t slot, std::uint32_t incarnation) {
  if ((node == 0 && slot == 1) || (scenario.sick_heals && incarnation > 1)) return false;
  Random of_node(scenario.sick_draw + node * 7919);
  if (node > 0 && of_node.chance(scenario.sick_node)) return true;
  Random of_slot(scenario.sick_draw + node * 7919 + slot);
  return of_slot.chance(scenario.sick_runner);
}

std::string example_id(const VirtualFile& file, std::uint32_t number) {
  if (file.nature == VirtualFile::Nature::vanishes && number + 1 == file.examples) return file.path + "[gone:1]";
  return file.path + (file.nature == VirtualFile::Nature::red ? "[red:" : "[1:") + std::to_string(number + 1) + "]";
}

bool vanishes(const std::string& id) { return id.ends_with("[gone:1]"); }

const char* status_of(std::uint32_t item, const std::string& id) {
  if (id.find("[red:") != std::string::npos) return "failed";
  std::uint64_t hash = item;
  for (char c : id) hash = hash * 31 + static_cast<unsigned char>(c);
  switch (Random(hash).below(10)) {
    case 0: return "failed";
    case 1: return "pending";
    default: return "passed";
  }
}

}  // namespace dtest::simulation
