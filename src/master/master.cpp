#include "master/master.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"

namespace dtest::master {

using protocol::Outcome;

namespace {

// A file that a plan names twice is one.
void drop_repeated(std::vector<std::string>& files) {
  std::unordered_set<std::string> seen;
  std::erase_if(files, [&](const std::string& file) { return !seen.insert(file).second; });
}

// How the stream names a file is what a verdict belongs to, so no other file may be named the same there. Empty: none is.
std::string named_as_another(const std::vector<std::string>& files) {
  std::unordered_set<std::string> named;
  for (const std::string& file : files) {
    std::string name = base::valid_utf8(file);
    if (!named.insert(name).second) return name;
  }
  return {};
}

}  // namespace

Master::Master(base::RunId run, protocol::SessionOptions options, Limits limits, Listener& listener)
    : run_(run), options_(std::move(options)), limits_(limits), unleased_(limits), listener_(listener),
      breaker_(limits_) {
  if (options_.mode != "run") limits_.breaker = 0;  // no example passes in a list
  unleased_ = limits_;
  unleased_.dead.reset();
}

void Master::add_node(const std::string& name, const NodeTerms& terms, base::Instant now, Actions& actions) {
  protocol::Hello hello{run_, base::SessionNumber(1), terms.options.value_or(options_)};
  const Limits& limits = terms.leased ? limits_ : unleased_;
  auto [at, fresh] = nodes_.try_emplace(name, Node{NodeLink(name, std::move(hello), limits, now), terms.weight});
  Node& node = at->second;
  const bool wanted = state_ == State::planning || state_ == State::running;
  if (!fresh && (node.link.state() != NodeLink::State::gone || node.failed || !wanted)) return;
  if (!fresh) {
    node.plan.reset();
    node.up.clear();
    node.link.restart(now);
  }
  node.link.tick(now, actions);
}

void Master::plan(std::vector<PlannedItem> items, base::Instant now, Actions& actions) {
  if (state_ != State::planning) return;
  items_.reserve(items.size());
  for (PlannedItem& work : items) {
    queue_.emplace_back(static_cast<std::uint32_t>(items_.size()));
    Item& item = items_.emplace_back();
    item.work = std::move(work);
  }
  state_ = State::running;
  advance(now, actions);
}

const NodeLink* Master::link(const std::string& node) const {
  auto at = nodes_.find(node);
  return at == nodes_.end() ? nullptr : &at->second.link;
}

Master::Item* Master::in_flight(const std::string& node, base::ItemId id, base::Attempt attempt) {
  if (id.value >= items_.size()) return nullptr;
  Item& item = items_[id.value];
  return !item.over && item.node == node && item.attempt == attempt ? &item : nullptr;
}

void Master::on_result(const std::string& name, protocol::Result result, base::Instant now, Actions& actions) {
  auto at = nodes_.find(name);
  if (at == nodes_.end()) return;
  Node& node = at->second;
  NodeLink::Heard heard = node.link.on_result(std::move(result), now, actions);
  if (heard.joined) {
    breaker_.joined(name, options_.runners);
    listener_.on_node_joined(name, now);
  }
  if (heard.refused) close_node(node, heard.refused->why, false, now);
  if (heard.session_lost) lose_session(node, "it lost this run's session", now, actions);
  for (protocol::Body& body : heard.bodies) apply(node, std::move(body), now, actions);
  node.link.tick(now, actions);
  advance(now, actions);
}

// What the node had is lost; where there is still something to do it is asked for another session.
void Master::lose_session(Node& node, const std::string& reason, base::Instant now, Actions& actions) {
  bool again = !node.failed && (state_ == State::running || state_ == State::planning);
  node.plan.reset();
  if (node.ending) tell_broken_off(node, reason, now);
  node.up.clear();
  if (again) node.link.restart(now);
  else node.link.gone();
  std::uint64_t requeued = release(node.link.name(), "node lost", now);
  requeued += std::exchange(node.given_back, 0);
  listener_.on_node_gone(node.link.name(), reason, requeued, false, now);
  node.link.tick(now, actions);
}

void Master::apply(Node& node, protocol::Body body, base::Instant now, Actions& actions) {
  const std::string& name = node.link.name();
  if (auto* plan = std::get_if<protocol::Plan>(&body)) {
    on_plan_part(node, std::move(*plan), now, actions);
  } else if (const auto* end = std::get_if<protocol::ItemEnd>(&body)) {
    on_end(node, *end, now);
  } else if (const auto* closed = std::get_if<protocol::Closed>(&body)) {
    on_closed(node, closed->why, now, actions);
  } else {
    const protocol::Body& constant = body;
    if (const auto* up = std::get_if<protocol::RunnerUp>(&body)) {
      node.served = true;
      node.up.insert(up->slot);
    } else if (const auto* exit = std::get_if<protocol::RunnerExit>(&body)) {
      node.up.erase(exit->slot);
    }
    if (const auto* failed = std::get_if<protocol::BootFailed>(&body)) {
      node.failed = true;
      // It did start: what ended it later is the reason.
      if (node.served && node.left_out.empty()) node.left_out = failed->why.substr(0, failed->why.find('\n'));
    }
    if (std::holds_alternative<protocol::Booting>(body) || std::holds_alternative<protocol::Setup>(body))
      node.link.begun();
    bool stale = std::visit(
        [&](const auto& m) {
          using Message = std::decay_t<decltype(m)>;
          if constexpr (std::is_same_v<Message, protocol::OutsideError>)
            return m.item && m.attempt && !in_flight(name, *m.item, *m.attempt);
          else if constexpr (requires { m.item.value; m.attempt.value; }) return !in_flight(name, m.item, m.attempt);
          else return false;
        },
        constant);
    if (stale) return;
    breaker_.heard(name, constant, now);
    listener_.on_report(name, constant, now);
  }
}

// One that was drained takes no other session: it is asked again when its connections are up anew.
void Master::on_closed(Node& node, const std::string& why, base::Instant now, Actions& actions) {
  node.link.ping(now, actions);
  const bool wanted = state_ != State::planning && state_ != State::running;
  std::string reason = node.failed ? "it could not start" : wanted ? "" : "it closed this run's session";
  if (!node.left_out.empty()) reason = node.left_out;
  if (wanted) close_node(node, reason, !node.failed, now);
  else if (!why.empty() && !node.failed) close_node(node, why, true, now);
  else lose_session(node, reason, now, actions);
}

void Master::on_plan_part(Node& node, protocol::Plan part, base::Instant now, Actions& actions) {
  if (state_ != State::planning || plan_told_) return;
  bool more = part.more;
  if (part.part == 0) {
    node.plan = std::move(part);
  } else if (node.plan) {
    std::move(part.files.begin(), part.files.end(), std::back_inserter(node.plan->files));
  }
  if (more || !node.plan) return;
  node.plan->more = false;
  drop_repeated(node.plan->files);
  if (const std::string name = named_as_another(node.plan->files); !name.empty()) {
    node.plan.reset();
    leave_out(node, "the names of two of its files are not UTF-8 and would both be told as '" + name + "': rename one",
              actions);
    return;
  }
  plan_told_ = true;
  listener_.on_plan(node.link.name(), *node.plan, now);
}

void Master::close_node(Node& node, const std::string& reason, bool clean, base::Instant now) {
  if (node.link.state() == NodeLink::State::gone) return;
  node.link.gone();
  if (node.ending && !clean) tell_broken_off(node, reason, now);
  std::uint64_t requeued = release(node.link.name(), clean ? reason : "node lost", now);
  requeued += std::exchange(node.given_back, 0);
  listener_.on_node_gone(node.link.name(), reason, requeued, clean, now);
}

// Nobody knows what its exit handlers would have said. Who killed the run does not ask.
void Master::tell_broken_off(const Node& node, const std::string& reason, base::Instant now) {
  if (node.up.empty() || killed_) return;
  protocol::OutsideError error;
  error.where = "an exit handler";
  error.exception.message =
      "node " + node.link.name() + " was lost before the exit handlers of its runners were through: " + reason;
  listener_.on_report(node.link.name(), error, now);
}

void Master::on_node_lost(const std::string& name, const std::string& reason, base::Instant now, Actions& actions) {
  auto at = nodes_.find(name);
  if (at == nodes_.end()) return;
  close_node(at->second, reason, false, now);
  advance(now, actions);
}

void Master::on_synced(const std::string& name, Actions& actions) {
  if (auto at = nodes_.find(name); at != nodes_.end()) at->second.link.synced(actions);
}

void Master::on_not_synced(const std::string& name, Actions& actions) {
  auto at = nodes_.find(name);
  if (at == nodes_.end()) return;
  leave_out(at->second, "the project could not be sent there", actions);
}

void Master::leave_out(Node& node, const std::string& reason, Actions& actions) {
  node.failed = true;
  node.left_out = reason;
  node.link.cancel(true, actions);
}

void Master::drain(base::Instant now, Actions& actions) {
  if (state_ != State::planning && state_ != State::running) return;
  bool planned = state_ == State::running;
  state_ = State::draining;
  obey(breaker_.give_up(), now, actions);
  queue_.clear();
  for (auto& [name, node] : nodes_) {
    node.link.cancel(!planned, actions);
    if (node.link.state() == NodeLink::State::greeting) close_node(node, "never answered", true, now);
  }
  advance(now, actions);
}

void Master::kill(base::Instant now, Actions& actions) {
  if (state_ == State::finished) return;
  if (state_ != State::ending) state_ = State::draining;
  killed_ = true;
  obey(breaker_.give_up(), now, actions);
  queue_.clear();
  for (auto& [name, node] : nodes_) {
    node.link.cancel(true, actions);
    if (node.link.state() == NodeLink::State::greeting) close_node(node, "never answered", true, now);
  }
  advance(now, actions);
}

bool Master::usable_node() const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const auto& n) { return n.second.link.state() != NodeLink::State::gone; });
}

// One that could still run something: a session whose boot failed only gives back what it is given.
bool Master::working_node() const {
  return more_nodes_ || std::any_of(nodes_.begin(), nodes_.end(), [](const auto& n) {
    return n.second.link.state() != NodeLink::State::gone && !n.second.failed;
  });
}

// It belongs to a runner, whose node is there or may still come.
bool Master::has_runner(const Item& item) const {
  if (item.work.slot.value == 0) return false;
  const auto node = nodes_.find(item.work.node);
  return node != nodes_.end() && node->second.link.state() != NodeLink::State::gone && !node->second.failed;
}

// The node with a free runner, and of several the one with most credit.
Master::Node* Master::choose(base::ItemId id, base::Instant now) {
  const Item& item = items_[id.value];
  const bool anywhere = item.avoid.empty() && item.stay.empty() && item.retry == 0 && item.work.slot.value == 0;
  Node* best = anywhere && !breaker_.is_tried(id) ? nodes_.best(now) : choose_among_all(id, now);
  return best != nullptr && best->link.free_credit() > 0 ? best : nullptr;
}

// Likewise, for an item that is not for everybody. Where there is another, even if that one is busy: not the one that the
// item crashed, and for a retry still less one whose runners have failed everything lately.
Master::Node* Master::choose_among_all(base::ItemId id, base::Instant now) {
  const Item& item = items_[id.value];
  const bool tried = breaker_.is_tried(id);
  const NodeTable& nodes = nodes_;
  const Node* best = nullptr;
  std::pair<int, bool> best_rank;
  auto home = nodes.find(item.stay);
  bool stays = home != nodes.end() && home->second.link.state() != NodeLink::State::gone;
  const bool owned = !tried && has_runner(item) && (!stays || item.stay == item.work.node);
  for (const auto& [name, node] : nodes) {
    if (node.link.state() != NodeLink::State::live || node.failed || node.link.silent(now)) continue;
    if (stays && name != item.stay) continue;
    if (tried && (node.link.free_credit() == 0 || breaker_.fit(name, id).empty())) continue;
    if (owned && (name != item.work.node || slots_.contains({name, item.work.slot}))) continue;
    const auto appeal = [](const Node& n) { return n.link.free_credit() * n.weight; };
    const int fitness = item.retry > 0 && breaker_.is_shaky(name) ? 0 : name == item.avoid ? 1 : 2;
    const std::pair rank{fitness, node.in_flight < node.up.size()};
    const bool worse = rank < best_rank || (rank == best_rank && best != nullptr && appeal(node) <= appeal(*best));
    if (best != nullptr && worse) continue;
    best = &node;
    best_rank = rank;
  }
  return best != nullptr ? &nodes_.find(best->link.name())->second : nullptr;
}

void Master::dispatch(base::ItemId id, Node& node, base::Instant now, Actions& actions) {
  Item& item = items_[id.value];
  item.node = node.link.name();
  ++in_flight_;
  ++node.in_flight;
  protocol::ItemWork work;
  work.item = id;
  work.attempt = item.attempt;
  work.path = item.work.path;
  work.examples = item.work.examples;
  work.last = item.crashes >= limits_.crash_retries;
  work.expected = item.work.expected;
  if (breaker_.is_tried(id)) work.only = breaker_.fit(item.node, id);
  else if (item.node == item.work.node && has_runner(item)) {
    work.only = {item.work.slot};
    item.on_slot = slots_.emplace(item.node, item.work.slot).second;
  } else if (item.retry > 0) work.only = breaker_.steady(item.node);
  else work.only = breaker_.besides(item.node, id);
  node.link.send(std::move(work), now, actions);
}

// Hands out items while there is credit. An item that avoids a node, is a retry, or waits for its runner may be
// overtaken.
void Master::pump(base::Instant now, Actions& actions) {
  if (state_ != State::running) return;
  for (auto next = queue_.begin(); next != queue_.end();) {
    base::ItemId id = *next;
    Node* node = choose(id, now);
    if (node != nullptr) {
      next = queue_.erase(next);
      dispatch(id, *node, now, actions);
    } else if (items_[id.value].avoid.empty() && items_[id.value].retry == 0 && items_[id.value].work.slot.value == 0 &&
               !breaker_.is_tried(id)) {
      return;
    } else {
      ++next;
    }
  }
}

// Moves the run on: hands out work, ends it when every item is settled, finishes when every node is gone.
void Master::advance(base::Instant now, Actions& actions) {
  obey(breaker_.take(now), now, actions);
  pump(now, actions);
  if (state_ == State::running && queue_.empty() && in_flight_ == 0 && !held_.empty()) {
    obey(breaker_.give_up(), now, actions);
    pump(now, actions);
  }
  bool settled = state_ == State::running ? queue_.empty() && in_flight_ == 0
                                          : state_ == State::draining && in_flight_ == 0;
  if (settled) state_ = State::ending;
  if (state_ == State::ending) {
    for (const auto& [name, known] : std::as_const(nodes_)) {
      if (known.ending || known.link.state() == NodeLink::State::gone) continue;
      Node& node = nodes_.find(name)->second;
      if (node.link.state() == NodeLink::State::greeting) {
        close_node(node, "never answered", true, now);
        continue;
      }
      node.ending = true;
      if (killed_) node.link.cancel(true, actions);
      node.link.bye(now, actions);
    }
  }
  const bool wanted = state_ == State::planning || state_ == State::running;
  if (!usable_node() && (!nodes_.empty() || !wanted) && !(more_nodes_ && wanted)) {
    queue_.clear();
    state_ = State::finished;
  }
}

void Master::tick(base::Instant now, Actions& actions) {
  for (Node* node : nodes_.due(now)) {
    node->link.tick(now, actions);
    if (node->link.dead(now))
      lose_session(*node, "no sign of life for " + std::to_string(limits_.dead->count() / 1'000'000) + "s", now,
                   actions);
    else if (node->link.unanswered(now))
      close_node(*node, "no answer for " + std::to_string(limits_.greet.count() / 1'000'000) + "s", false, now);
  }
  advance(now, actions);
}

base::Instant Master::next_deadline() const {
  return std::min(breaker_.next_deadline(), nodes_.next_deadline());
}

}  // namespace dtest::master
