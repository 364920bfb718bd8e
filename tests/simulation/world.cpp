#include "world.hpp"

#include <memory>

#include "protocol/codec.hpp"

namespace dtest::simulation {
namespace {

using std::chrono::seconds;

constexpr base::Duration kLongest = std::chrono::hours(6);    // for all of a run
constexpr base::Duration kStandstill = std::chrono::minutes(30);
constexpr std::uint64_t kMostSteps = 10'000'000;
// After the end of dtest: what is still under way in a bad network, a daemon that is stopped, the lease, the grace, the
// time for exit handlers, and for clocks that are slow.
constexpr base::Duration kAftermath = seconds(35 + 20 + 8 + 3 + 12 + 5);

protocol::SessionOptions options_of(const Scenario& s) {
  protocol::SessionOptions options;
  const std::string root = s.workspace ? protocol::kInWorkspace : "/";
  options.project = root + "project";
  options.lib = root + "lib";
  options.runners = s.runners;
  options.timeout = s.timeout;
  options.grace = s.grace;
  options.boot_timeout = s.boot_timeout;
  options.hook_timeout = s.hook_timeout;
  options.exit_timeout = std::chrono::seconds(10);
  options.runner_memory = 1U << 30U;
  if (s.workspace) options.workspace = "project";
  if (s.node_setup) options.hooks[protocol::kNodeSetup] = options.project + "/.distributest/node_setup";
  if (s.runner_setup) options.hooks[protocol::kRunnerSetup] = options.project + "/.distributest/runner_setup";
  return options;
}

// Drawn in any case, so that what comes after is the same.
Scenario chosen(Random& random, const Scenario* given) {
  Scenario drawn = Scenario::draw(random);
  return given != nullptr ? *given : drawn;
}

}  // namespace

World::World(std::uint64_t seed, Planted planted, bool loud) : World(Random(seed), nullptr, planted, loud) {}

World::World(std::uint64_t seed, const Scenario& scenario, Planted planted, bool loud)
    : World(Random(seed), &scenario, planted, loud) {}

World::World(Random random, const Scenario* scenario, Planted planted, bool loud)
    : scenario_(chosen(random, scenario)),
      shared_{scenario_, planted, {}, random.split(), Trace(loud), {}, {}, Invariants(scenario_)},
      network_(shared_, scenario_.nodes * std::size_t{2}) {
  run_.bytes.fill(7);
  master_ = std::make_unique<VirtualMaster>(shared_, run_, options_of(scenario_),
                                            [this](const std::string& node, const std::string& frame) {
                                              to_node(node_index(node), frame);
                                            });
  for (std::size_t i = 0; i < scenario_.nodes; ++i)
    nodes_.push_back(std::make_unique<VirtualNode>(shared_, i, [this, i](const std::string& f) { to_master(i, f); }));
}

// Both sockets connect at their own speed.
void World::connect() {
  for (auto& node : nodes_) {
    shared_.time.after(shared_.some(100'000), [this, n = node.get()] { n->on_subscription(run_); });
    master_->add_node(node->name());
  }
}

// A frame that was cut off on its way is none.
template <class Decode>
void World::tear(const std::string& frame, const Decode& decode) {
  if (!shared_.random.chance(scenario_.tear)) return;
  shared_.saw(Fault::frame_torn);
  if (decode(frame.substr(0, shared_.random.below(frame.size()))))
    shared_.invariants.violated(Rule::garbage_is_harmless, "a frame that was cut off was understood");
}

void World::to_node(std::size_t index, const std::string& frame) {
  ++frames_;
  tear(frame, [](const std::string& part) { return bool(protocol::decode_work(part)); });
  auto work = protocol::decode_work(frame);
  if (!work) {
    shared_.invariants.violated(Rule::own_words, "a master's message was refused: " + work.why);
    return;
  }
  auto* ping = std::get_if<protocol::Ping>(&*work.message);
  if (ping != nullptr && shared_.planted == Planted::outbox_unbounded) ping->ack = base::ReportNumber(0);
  shared_.invariants.sent(*work.message);
  if (const auto* orders = std::get_if<protocol::SlotOrders>(&*work.message))
    shared_.invariants.sick.ordered(index, *orders, shared_.now());
  if (const auto* item = std::get_if<protocol::ItemWork>(&*work.message))
    shared_.trace.note(shared_.now(), "master sends node%n item %n attempt %n as job %n", index, item->item.value,
                       item->attempt.value, item->job.value);
  auto sent = std::make_shared<const protocol::Work>(std::move(*work.message));
  if (shared_.planted == Planted::bye_lost && std::holds_alternative<protocol::Bye>(*sent)) return;
  network_.send(index * 2, [this, index, sent] { nodes_[index]->on_work(*sent); });
}

void World::to_master(std::size_t index, const std::string& frame) {
  ++frames_;
  tear(frame, [](const std::string& part) { return bool(protocol::decode_result(part)); });
  auto result = protocol::decode_result(frame);
  if (!result) {
    shared_.invariants.violated(Rule::own_words, "a node's message was refused: " + result.why);
    return;
  }
  std::vector<std::string> bodies;
  if (const auto* reports = std::get_if<protocol::Reports>(&result.message->content)) {
    // Where nothing is lost nothing is sent again, and the bytes need not be remembered.
    const bool again = scenario_.bad_network || scenario_.stop_dtest > 0 || scenario_.stop_daemon > 0;
    for (const protocol::Body& body : reports->bodies) bodies.push_back(again ? protocol::encode(body) : std::string());
  }
  shared_.invariants.published(*result.message, bodies);
  if (bodies.size() >= scenario_.outbox_reports) shared_.saw(Fault::outbox_full, index);
  auto sent = std::make_shared<const protocol::Result>(std::move(*result.message));
  network_.send(index * 2 + 1, [this, index, sent] { master_->on_result(nodes_[index]->name(), *sent); });
}

void World::plan_trouble() {
  if (shared_.random.chance(scenario_.drain)) shared_.time.after(shared_.some(6'000'000), [this] { master_->drain(); });
  if (shared_.random.chance(scenario_.kill)) shared_.time.after(shared_.some(6'000'000), [this] { master_->kill(); });
  if (shared_.random.chance(scenario_.daemon_end)) {
    std::size_t index = shared_.random.below(nodes_.size());
    shared_.time.after(shared_.some(6'000'000), [this, index] {
      if (!nodes_[index]->runs()) return;
      shared_.saw(Fault::daemon_end, index);
      if (shared_.random.chance(0.5)) nodes_[index]->terminate();
      else nodes_[index]->stop();
      // It is seen only once nothing is left, as a guardian's end is.
      shared_.time.after(seconds(3), [this, index] { master_->on_node_lost(nodes_[index]->name()); });
    });
  }
  if (shared_.random.chance(scenario_.dtest_end))
    shared_.time.after(shared_.some(6'000'000), [this] { master_->end(); });
  if (scenario_.delay_most > std::chrono::milliseconds(100)) shared_.saw(Fault::slow_frames);
  trouble();
}

// Once a second, as long as the run goes on; not for ever, so that it can end.
void World::trouble() {
  shared_.time.after(seconds(1), [this] {
    if (master_->finished() || shared_.now() - base::Instant(seconds(1000)) > seconds(300)) return;
    master_->turn();
    if (shared_.random.chance(scenario_.stop_dtest)) master_->stop(shared_.some(15'000'000));
    if (shared_.random.chance(scenario_.suspend)) nodes_[0]->suspend(shared_.some(3'600'000'000));
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (shared_.random.chance(scenario_.restart)) nodes_[i]->restart();
      if (shared_.random.chance(scenario_.stop_daemon)) nodes_[i]->stop_for(shared_.some(20'000'000));
      if (shared_.random.chance(scenario_.stop_guardian)) nodes_[i]->stop_guardian(shared_.some(20'000'000));
      // One is left: without any node a run proves nothing.
      if (i > 0 && shared_.random.chance(scenario_.death)) nodes_[i]->die();
      if (shared_.random.chance(scenario_.partition)) partition(i);
      if (nodes_[i]->runs() && master_->has_given_up(nodes_[i]->name()) && shared_.random.chance(0.2))
        master_->on_node_up(nodes_[i]->name());
    }
    trouble();
  });
}

void World::partition(std::size_t node) {
  const base::Instant until = shared_.now() + shared_.some(30'000'000);  // a lease and the wait after it fit in
  const std::uint64_t ways = shared_.random.below(5);  // both; there only; back only; both; back only
  const bool there = ways != 2 && ways != 4, back = ways != 1;
  shared_.saw(there && back ? Fault::partition : Fault::one_way_partition, node);
  if (there) network_.cut(node * 2, until);
  if (back) network_.cut(node * 2 + 1, until);
}

std::size_t World::left_processes() const {
  std::size_t left = 0;
  for (const auto& node : nodes_) left += node->processes();
  return left;
}

std::size_t World::left_sessions() const {
  std::size_t left = 0;
  for (const auto& node : nodes_) left += node->sessions();
  return left;
}

Verdict World::run() {
  connect();
  plan_trouble();
  base::Instant begin = shared_.now();
  base::Instant moved = begin;
  std::uint64_t decisions = 0;
  while (!broken() && !master_->finished()) {
    if (shared_.invariants.decisions() != decisions) {
      decisions = shared_.invariants.decisions();
      moved = shared_.now();
    } else if (shared_.now() - moved > kStandstill) {
      shared_.invariants.violated(Rule::progress, "nothing was decided for half an hour");
    }
    if (!shared_.time.step())
      shared_.invariants.violated(Rule::progress, "nothing happens any more, and the run is not over");
    if (shared_.now() - begin > kLongest) shared_.invariants.violated(Rule::progress, "the run does not end");
    if (shared_.time.steps() > kMostSteps) shared_.invariants.violated(Rule::progress, "the run takes too many steps");
  }
  base::Duration took = shared_.now() - begin;
  // Its pipe to dtest.
  if (scenario_.embedded && nodes_[0]->runs()) shared_.time.after(shared_.some(100'000), [this] { nodes_[0]->stop(); });
  base::Instant end = shared_.now() + kAftermath;
  while (!broken() && shared_.now() < end && shared_.time.step()) {
  }
  if (!broken()) shared_.invariants.nothing_left(left_processes(), left_sessions());
  return {shared_.invariants.violation(),
          shared_.trace.hash(),
          shared_.time.steps(),
          frames_,
          shared_.invariants.accepted(),
          took,
          shared_.faults,
          shared_.transitions};
}

}  // namespace dtest::simulation
