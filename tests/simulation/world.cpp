#include "world.hpp"

#include "protocol/codec.hpp"

namespace dtest::simulation {
namespace {

using std::chrono::seconds;

constexpr base::Duration kLongest = std::chrono::hours(2);    // for all of a run
constexpr std::uint64_t kMostSteps = 3'000'000;
// After the end of dtest: what is still under way in a bad network, the lease, the grace, the time for exit handlers.
constexpr base::Duration kAftermath = seconds(35 + 8 + 3 + 12);

protocol::SessionOptions options_of(const Scenario& s) {
  protocol::SessionOptions options;
  options.project = "/project";
  options.lib = "/lib";
  options.runners = s.runners;
  options.timeout = s.timeout;
  options.grace = s.grace;
  options.boot_timeout = s.boot_timeout;
  return options;
}

}  // namespace

World::World(std::uint64_t seed, Planted planted, bool loud) : World(Random(seed), planted, loud) {}

World::World(Random random, Planted planted, bool loud)
    : scenario_(Scenario::draw(random)),
      shared_{scenario_, planted, {}, random.split(), Trace(loud), {}, Invariants(scenario_)},
      network_(shared_, scenario_.nodes * std::size_t{2}) {
  run_.bytes.fill(7);
  master_ = std::make_unique<VirtualMaster>(shared_, run_, options_of(scenario_),
                                            [this](const std::string& node, const std::string& frame) {
                                              to_node(static_cast<std::size_t>(node.back() - '0'), frame);
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

void World::to_node(std::size_t index, const std::string& frame) {
  ++frames_;
  std::string sent = frame;
  auto work = protocol::decode_work(frame);
  if (!work) {
    shared_.invariants.violated("a master's message was refused: " + work.why);
    return;
  }
  shared_.invariants.sent(*work.message);
  network_.send(index * 2, [this, index, sent = std::move(sent)] { nodes_[index]->on_frame(sent); });
}

void World::to_master(std::size_t index, const std::string& frame) {
  ++frames_;
  auto result = protocol::decode_result(frame);
  if (!result) {
    shared_.invariants.violated("a node's message was refused: " + result.why);
    return;
  }
  std::vector<std::string> bodies;
  if (const auto* reports = std::get_if<protocol::Reports>(&result.message->content))
    for (const protocol::Body& body : reports->bodies) bodies.push_back(protocol::encode(body));
  shared_.invariants.published(*result.message, bodies);
  if (bodies.size() >= scenario_.outbox_reports) shared_.saw(Fault::outbox_full, index);
  network_.send(index * 2 + 1, [this, index, frame] { master_->on_frame(nodes_[index]->name(), frame); });
}

void World::plan_trouble() {
  if (shared_.random.chance(scenario_.drain)) shared_.time.after(shared_.some(6'000'000), [this] { master_->drain(); });
  if (shared_.random.chance(scenario_.kill)) shared_.time.after(shared_.some(6'000'000), [this] { master_->kill(); });
  if (shared_.random.chance(scenario_.daemon_end)) {
    std::size_t index = shared_.random.below(nodes_.size());
    shared_.time.after(shared_.some(6'000'000), [this, index] {
      if (!nodes_[index]->runs()) return;
      shared_.saw(Fault::daemon_end, index);
      nodes_[index]->stop();
      // It is seen only once nothing is left, as a guardian's end is.
      shared_.time.after(seconds(3), [this, index] { master_->on_node_lost(nodes_[index]->name()); });
    });
  }
  if (scenario_.bad_network) trouble_in_the_network();
}

// Once a second, as long as the run goes on; rarer with time, so that it can end.
void World::trouble_in_the_network() {
  shared_.time.after(seconds(1), [this] {
    if (master_->finished() || shared_.now() - base::Instant(seconds(1000)) > seconds(300)) return;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (shared_.random.chance(scenario_.restart)) nodes_[i]->restart();
      if (!shared_.random.chance(scenario_.partition)) continue;
      shared_.saw(Fault::partition, i);
      base::Instant until = shared_.now() + shared_.some(20'000'000);
      if (shared_.random.chance(0.7)) network_.cut(i * 2, until);
      if (shared_.random.chance(0.7)) network_.cut(i * 2 + 1, until);
    }
    trouble_in_the_network();
  });
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
  while (!broken() && !master_->finished()) {
    if (!shared_.time.step()) shared_.invariants.violated("nothing happens any more, and the run is not over");
    if (shared_.now() - begin > kLongest) shared_.invariants.violated("the run does not end");
    if (shared_.time.steps() > kMostSteps) shared_.invariants.violated("the run takes too many steps");
  }
  base::Duration took = shared_.now() - begin;
  base::Instant end = shared_.now() + kAftermath;
  while (!broken() && shared_.now() < end && shared_.time.step()) {
  }
  if (!broken()) shared_.invariants.nothing_left(left_processes(), left_sessions());
  return {shared_.invariants.violation(), shared_.trace.hash(), shared_.time.steps(), frames_,
          shared_.invariants.accepted(), took, shared_.faults};
}

}  // namespace dtest::simulation
