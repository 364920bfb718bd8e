#include "virtual_master.hpp"

#include <optional>
#include <utility>

#include "protocol/codec.hpp"

namespace dtest::simulation {
namespace {

std::optional<base::ItemId> item_of(const protocol::Body& body) {
  return std::visit(
      [](const auto& m) -> std::optional<base::ItemId> {
        if constexpr (requires { m.item.value; m.attempt.value; }) return m.item;
        else return std::nullopt;
      },
      body);
}

}  // namespace

VirtualMaster::VirtualMaster(Shared& shared, base::RunId run, protocol::SessionOptions options, Send send)
    : shared_(shared), send_(std::move(send)), account_(shared), spoiler_(shared), run_(run) {
  master::Limits limits;
  limits.crash_retries = shared_.scenario.crash_retries;
  if (shared_.planted == Planted::crashes_unlimited) limits.crash_retries = 1000;
  limits.retries = shared_.scenario.retries;
  limits.retry_on = shared_.scenario.retry_on;
  if (shared_.planted == Planted::dead_too_early) limits.dead = limits.suspect = std::chrono::seconds(3);
  master_ = std::make_unique<master::Master>(run, std::move(options), limits, *this);
}

void VirtualMaster::add_node(const std::string& name) {
  links_.push_back(0);
  step(Occasion::elsewhere, "",
       [&](master::Master& m, master::Actions& actions) { m.add_node(name, terms(), shared_.now(), actions); });
}

master::NodeTerms VirtualMaster::terms() const { return {.options = {}, .leased = !shared_.scenario.embedded}; }

void VirtualMaster::on_node_up(const std::string& node) {
  if (stopped_) return;
  step(Occasion::connected, node,
       [&](master::Master& m, master::Actions& actions) { m.add_node(node, terms(), shared_.now(), actions); });
}

void VirtualMaster::on_result(const std::string& node, protocol::Result result) {
  if (over_) return;
  if (stopped_) {
    backlog_.emplace_back(node, std::move(result));
    return;
  }
  spoiler_.hears(node, result);
  const char* told = "master hears node%n: %r, reports to %n, credit to %n";
  const std::uint64_t reports = result.header.newest.value, credit = result.header.credit.value;
  if (std::holds_alternative<protocol::Beat>(result.content))
    shared_.trace.dull(shared_.now(), told, node_index(node), result.content.index(), reports, credit);
  else shared_.trace.note(shared_.now(), told, node_index(node), result.content.index(), reports, credit);
  step(occasion_of(node, result), node, [&](master::Master& m, master::Actions& actions) {
    m.on_result(node, std::move(result), shared_.now(), actions);
  });
}

void VirtualMaster::stop(base::Duration how_long) {
  if (over_ || stopped_) return;
  shared_.saw(Fault::dtest_stopped);
  stopped_ = true;
  shared_.time.after(how_long, [this] {
    stopped_ = false;
    shared_.trace.note(shared_.now(), "dtest goes on, %n frames wait", backlog_.size());
    armed_ = base::kNever;
    // Whether its timers or its sockets come first is not said.
    if (shared_.random.chance(0.5) && !over_) wake();
    for (auto& [node, result] : std::exchange(backlog_, {})) on_result(node, std::move(result));
    if (!over_) wake();
  });
}

void VirtualMaster::on_node_lost(const std::string& node) {
  if (stopped_) {
    shared_.time.after(std::chrono::seconds(1), [this, node] { on_node_lost(node); });
    return;
  }
  step(Occasion::lost, node, [&](master::Master& m, master::Actions& actions) {
    m.on_node_lost(node, "its daemon ended", shared_.now(), actions);
  });
}

void VirtualMaster::end() {
  if (over_) return;
  shared_.saw(Fault::dtest_end);
  over_ = true;
}

void VirtualMaster::turn() {
  if (over_ || stopped_) return;
  if (shared_.random.chance(shared_.scenario.set_clock)) account_.set_clock();
  if (shared_.scenario.verified) account_.collector().tick(shared_.now());
}

void VirtualMaster::drain() {
  if (over_ || stopped_) return;
  shared_.saw(Fault::drain);
  account_.collector().cancel("interrupt", shared_.now());
  shared_.invariants.cancelled();
  step(Occasion::run_ends, "", [&](master::Master& m, master::Actions& actions) { m.drain(shared_.now(), actions); });
}

void VirtualMaster::kill() {
  if (over_ || stopped_) return;
  shared_.saw(Fault::kill);
  account_.collector().kill("interrupt", shared_.now());
  shared_.invariants.cancelled();
  step(Occasion::run_ends, "", [&](master::Master& m, master::Actions& actions) { m.kill(shared_.now(), actions); });
}

std::vector<master::PlannedItem> VirtualMaster::items() const {
  std::vector<master::PlannedItem> all;
  for (const VirtualItem& item : shared_.scenario.items) {
    master::PlannedItem planned{shared_.scenario.files[item.file].path, std::nullopt, std::nullopt};
    if (item.split) planned.examples = item.examples;
    // True or not: what is brief is sent to a runner ahead of its turn.
    if (item.file % 3 != 0) planned.expected = std::chrono::milliseconds(item.file % 2 == 0 ? 5 : 500);
    all.push_back(std::move(planned));
  }
  return all;
}

Occasion VirtualMaster::occasion_of(const std::string& node, const protocol::Result& result) const {
  const master::NodeLink& link = *master_->link(node);
  const bool own = result.header.epoch == link.epoch();
  if (std::holds_alternative<protocol::Refused>(result.content)) return Occasion::refused;
  if (std::holds_alternative<protocol::NoSession>(result.content)) return own ? Occasion::nosession : Occasion::foreign;
  if (link.state() == master::NodeLink::State::greeting) return Occasion::own_number;
  return own ? Occasion::reports : Occasion::foreign;
}

// A link changes when its node is heard, or when something ends it: then the listener was told.
void VirtualMaster::witness(Occasion occasion, const std::string& node) {
  if (!node.empty()) moved_.push_back(node);
  for (const std::string& name : std::exchange(moved_, {})) {
    const auto state = static_cast<std::size_t>(master_->link(name)->state());
    std::size_t& before = links_[node_index(name)];
    const bool own = name == node || occasion == Occasion::time;
    shared_.transitions.saw(Machine::link, before, own ? occasion : Occasion::run_ends, state);
    before = state;
  }
}

void VirtualMaster::step(Occasion occasion, const std::string& node,
                         const std::function<void(master::Master&, master::Actions&)>& call) {
  if (over_) return;
  master::Actions actions;
  call(*master_, actions);
  witness(occasion, node);
  perform(actions);
  if (plan_wanted_) {
    plan_wanted_ = false;
    master::Actions more;
    account_.announce(shared_.now());
    master_->plan(items(), shared_.now(), more);
    witness(Occasion::run_ends, "");
    perform(more);
  }
  if (master_->finished()) {
    over_ = true;
    shared_.trace.note(shared_.now(), "master: the run is over");
    shared_.invariants.finished(planned_, shared_.invariants.no_node_served_to_the_end());
    account_.finish(shared_.now());
    return;
  }
  base::Instant next = master_->next_deadline();
  if (next >= armed_) return;
  armed_ = next;
  shared_.time.at(next, [this, next] {
    if (armed_ == next && !over_ && !stopped_) wake();
  });
}

void VirtualMaster::wake() {
  armed_ = base::kNever;
  if (master_->next_deadline() <= shared_.now()) {
    master::Actions actions;
    master_->tick(shared_.now(), actions);
    if (links_.front() == 0) shared_.transitions.saw(Machine::link, 0, Occasion::time, 0);
    witness(Occasion::time, "");
    perform(actions);
    if (!master_->finished() && master_->next_deadline() <= shared_.now())
      shared_.invariants.violated(Rule::progress, "the master is never done with its timers: its loop would spin");
  }
  step(Occasion::time, "", [](master::Master&, master::Actions&) {});
}

void VirtualMaster::perform(const master::Actions& actions) {
  for (const master::Send& action : actions) send_(action.node, action.frame);
}

void VirtualMaster::on_node_joined(const std::string& node, base::Instant now) {
  shared_.trace.note(now, "master: node%n serves", node_index(node));
  account_.collector().on_node_joined(node, now);
}

void VirtualMaster::on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                                 base::Instant now) {
  shared_.trace.note(now, "master: node%n is lost or gone, %n items requeued", node_index(node), requeued);
  shared_.invariants.gone(clean);
  moved_.push_back(node);
  account_.collector().on_node_gone(node, reason, requeued, clean, now);
}

void VirtualMaster::on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) {
  if (planned_) shared_.invariants.violated(Rule::one_verdict, "a second plan");
  if (whole.files.size() != shared_.scenario.files.size())
    shared_.invariants.violated(Rule::told_as_it_was, "the plan has " + std::to_string(whole.files.size()) + " files");
  shared_.trace.note(now, "master has the plan, %n files", whole.files.size());
  account_.collector().on_plan(node, whole, now);
  planned_ = plan_wanted_ = true;
}

void VirtualMaster::on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) {
  shared_.trace.note(now, "master: node%n, item %n attempt %n is held", node_index(node), end.item.value,
                     end.attempt.value);
  shared_.invariants.sick.held(end);
  account_.collector().on_held(node, end, now);
}

void VirtualMaster::on_finding(const master::Finding& found, base::Instant now) {
  static constexpr Fault kinds[] = {Fault::runner_rests, Fault::runner_cleared, Fault::runner_replaced,
                                    Fault::runner_stopped};
  shared_.saw(kinds[static_cast<std::size_t>(found.what)], node_index(found.node), found.slot.value);
  shared_.trace.note(now, "breaker: %n failed, %n tried, %n otherwise", found.failed, found.tried, found.otherwise);
  if (std::string wrong = shared_.invariants.sick.found(found); !wrong.empty())
    shared_.invariants.violated(Rule::breaker, wrong);
  account_.collector().on_finding(found, now);
}

void VirtualMaster::on_report(const std::string& node, const protocol::Body& body, base::Instant now) {
  shared_.invariants.sick.heard(node, body, now);
  if (std::holds_alternative<protocol::Workspace>(body)) copy_project(node, 0);
  shared_.invariants.reported(body);
  if (shared_.planted == Planted::void_forgotten && item_of(body)) untold_.push_back({node, body});
  else account_.collector().on_report(node, body, now);
}

// What was kept back for a planted bug: of an attempt that is void it is never told.
void VirtualMaster::tell_kept(base::ItemId item, bool is_void, base::Instant now) {
  for (auto& [node, body] : std::exchange(untold_, {})) {
    if (item_of(body) != item) untold_.push_back({node, std::move(body)});
    else if (!is_void) account_.collector().on_report(node, body, now);
  }
}

// Says so once the project is there, and again as pings do.
void VirtualMaster::copy_project(const std::string& node, unsigned said) {
  constexpr unsigned kOften = 60;
  shared_.time.after(said == 0 ? shared_.some(2'000'000) : base::Duration(500'000), [this, node, said] {
    const master::NodeLink& link = *master_->link(node);
    if (over_ || said == kOften || link.state() != master::NodeLink::State::live) return;
    if (!stopped_) send_(node, protocol::encode(protocol::Synced{run_, link.epoch()}));
    copy_project(node, said + 1);
  });
}

std::vector<std::string> VirtualMaster::to_retry(const protocol::ItemEnd& end) {
  return account_.collector().to_retry(end);
}

void VirtualMaster::on_retry(const protocol::ItemEnd& end, const master::Retry& retry) {
  shared_.saw(Fault::example_retried, retry.item.value, retry.next.value);
  shared_.invariants.retried(retry);
  if (shared_.planted != Planted::retry_untold) account_.collector().on_retry(end, retry);
}

void VirtualMaster::on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                                    base::Instant now) {
  shared_.trace.note(now, "master: node%n, item %n attempt %n: %o", node_index(node), end.item.value, end.attempt.value,
                     static_cast<std::uint64_t>(end.outcome) * 10 + static_cast<std::uint64_t>(decision));
  shared_.invariants.decided(end, decision);
  const bool counts = shared_.planted == Planted::void_counted;
  const bool again = decision == master::Decision::repeated || decision == master::Decision::doubted;
  tell_kept(end.item, again, now);
  if (again && shared_.planted == Planted::void_forgotten) return;
  account_.over(node, end, counts ? master::Decision::accepted : decision, now);
}

}  // namespace dtest::simulation
