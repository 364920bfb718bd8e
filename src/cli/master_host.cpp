#include "cli/master_host.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/environment.hpp"
#include "protocol/codec.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

std::vector<config::NodeSpec> or_this_machine(std::vector<config::NodeSpec> nodes) {
  if (nodes.empty()) nodes.emplace_back().name = config::kLocal;
  return nodes;
}

}  // namespace

MasterHost::MasterHost(Setting setting, bus::Context& context, bus::Loop& loop, master::Listener& listener,
                       Planner planner)
    : setting_(std::move(setting)), loop_(loop), listener_(listener), planner_(std::move(planner)),
      master_(setting_.run, setting_.options, setting_.limits, *this), gate_(setting_.start, loop.now()),
      copies_(setting_.sync, setting_.nodes, loop,
              {setting_.tell_sync, [this](const std::string& node) { on_synced(node); },
               [this](const std::string& node, const std::string& why) { on_not_synced(node, why); },
               [this](const std::string& node, protocol::Notice notice) {
                 listener_.on_report(node, std::move(notice), loop_.now());
               }}) {
  NodeSet::Setting nodes{or_this_machine(setting_.nodes), setting_.key_file, protocol::result_topic(setting_.run),
                         broker::session_mark(setting_.run, base::SessionNumber(1), config::kLocal),
                         setting_.dir};
  NodeSet::Events events{[this](const config::NodeSpec& node) { on_up(node); },
                         [this](const std::string& node, const bus::Message& m) { on_result(node, m); },
                         [this](const std::string& node, const std::string& why) { on_trouble(node, why); },
                         [this](const std::string& how) { on_daemon_ended(how); }};
  nodes_ = std::make_unique<NodeSet>(std::move(nodes), context, loop_, std::move(events));
  master_.expect_nodes(true);
}

MasterHost::~MasterHost() = default;

// The most that a node may be asked for: it gives as many as it has.
master::NodeTerms MasterHost::terms(const config::NodeSpec& node) const {
  constexpr std::uint32_t kAll = 1024;
  master::NodeTerms terms;
  terms.weight = node.weight;
  terms.leased = !node.local();
  terms.options = copies_.options(node, setting_.options);
  if (node.runners || !node.local()) terms.options->runners = node.runners.value_or(kAll);
  return terms;
}

bool MasterHost::any_in_place() const {
  const auto nodes = or_this_machine(setting_.nodes);
  return std::any_of(nodes.begin(), nodes.end(), [this](const auto& node) { return !copies_.wanted(node); });
}

void MasterHost::on_up(const config::NodeSpec& node) {
  left_.erase(node.name);
  master::Actions actions;
  master_.add_node(node.name, terms(node), loop_.now(), actions);
  perform(actions);
}

void MasterHost::on_trouble(const std::string& node, const std::string& why) {
  if (master_.finished() || left_.erase(node) > 0) return;
  if (setting_.tell) setting_.tell("node " + node + " cannot be used: " + why);
}

void MasterHost::on_report(const std::string& node, const protocol::Body& body, base::Instant now) {
  gate_.on_report(node, body);
  if (const auto* workspace = std::get_if<protocol::Workspace>(&body)) copies_.begin(node, workspace->path);
  listener_.on_report(node, body, now);
}

void MasterHost::on_synced(const std::string& node) {
  master::Actions actions;
  master_.on_synced(node, actions);
  perform(actions);
}

void MasterHost::on_not_synced(const std::string& node, const std::string& why) {
  on_trouble(node, why);
  master::Actions actions;
  master_.on_not_synced(node, actions);
  perform(actions);
}

void MasterHost::on_daemon_ended(const std::string& how) {
  if (master_.finished()) return;
  master::Actions actions;
  master_.add_node(config::kLocal, master::NodeTerms{.leased = false}, loop_.now(), actions);  // if it never was ready
  lost_reason_ = "the daemon ended (" + how + ")";
  master_.on_node_lost(config::kLocal, lost_reason_, loop_.now(), actions);
}

void MasterHost::on_result(const std::string& node, const bus::Message& message) {
  protocol::Decoded<protocol::Result> result = protocol::decode_result(message.body());
  master::Actions actions;
  if (!result && result.why.starts_with(protocol::kOtherVersion)) {
    const std::string fix = "; install the same version of distributest there and here";
    master_.on_node_lost(node, "it " + result.why + fix, loop_.now(), actions);
  }
  if (result) master_.on_result(node, std::move(*result.message), loop_.now(), actions);
  perform(actions);
  pass_gate(loop_.now());
}

// Hands out the first items as soon as what was asked for is there.
void MasterHost::pass_gate(base::Instant now) {
  if (master_.finished()) return;
  const bool on_the_way = nodes_->on_their_way();
  const bool waits = gate_.deadline() != base::kNever && now < gate_.deadline();
  const bool may_come = on_the_way || (waits && !nodes_->all_came());
  master_.expect_nodes(may_come);
  const StartGate::Says says = gate_.ask(plan_.has_value(), may_come || master_.usable_node(), now);
  if (says == StartGate::Says::go) answer_plan(now);
  if (says == StartGate::Says::give_up) give_up();
}

void MasterHost::give_up() {
  const std::string troubles = nodes_->troubles(), copies = copies_.troubles();
  const std::uint32_t wanted = gate_.setting().runners;
  std::vector<std::string> parts;
  if (wanted > 0) parts.push_back(std::to_string(gate_.up()) + " of " + std::to_string(wanted) + " runners are ready");
  else if (lost_reason_.empty()) parts.emplace_back("no node can be used");
  if (!lost_reason_.empty()) parts.push_back(lost_reason_);
  for (const std::string& text : {troubles, copies})
    if (!text.empty()) parts.push_back(text);
  lost_reason_ = base::join(parts, "; ");
  kill();
}

void MasterHost::answer_plan(base::Instant now) {
  protocol::Plan plan = std::move(*plan_);
  plan_.reset();
  master::Actions actions;
  master_.plan(planner_(plan, now), now, actions);
  perform(actions);
}

void MasterHost::on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) {
  listener_.on_plan(node, whole, now);
  plan_ = whole;
}

void MasterHost::on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                              base::Instant now) {
  gate_.on_node_gone(node);
  copies_.end(node);
  using State = master::Master::State;
  const bool works = master_.state() == State::planning || master_.state() == State::running;
  if (clean && works) left_.insert(node);
  if ((!clean || works) && lost_reason_.empty())
    lost_reason_ = "node " + node + (clean ? " left: " : " was lost: ") + reason;
  listener_.on_node_gone(node, reason, requeued, clean, now);
}

void MasterHost::perform(const master::Actions& actions) {
  for (const master::Send& send : actions) nodes_->send(send.node, send.frame);
}

void MasterHost::drain() {
  master::Actions actions;
  master_.drain(loop_.now(), actions);
  perform(actions);
}

void MasterHost::kill() {
  master::Actions actions;
  master_.kill(loop_.now(), actions);
  perform(actions);
}

base::Instant MasterHost::next_deadline() const {
  return std::min({master_.next_deadline(), nodes_->next_deadline(), gate_.deadline()});
}

void MasterHost::after_turn(base::Instant now) {
  nodes_->tick(now);
  pass_gate(now);
  master::Actions actions;
  master_.tick(now, actions);
  perform(actions);
}

}  // namespace dtest::cli
