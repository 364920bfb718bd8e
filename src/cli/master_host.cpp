#include "cli/master_host.hpp"

#include <algorithm>
#include <utility>

#include "cli/program.hpp"
#include "protocol/codec.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

constexpr const char* kNode = "local";

master::Limits embedded(master::Limits limits) {
  limits.dead.reset();  // the end of its process tells
  return limits;
}

}  // namespace

MasterHost::MasterHost(Setting setting, bus::Context& context, bus::Loop& loop, master::Listener& listener,
                       Planner planner)
    : setting_(std::move(setting)), context_(context), loop_(loop), listener_(listener), planner_(std::move(planner)),
      master_(setting_.run, setting_.options, embedded(setting_.limits), *this) {
  node_ = std::make_unique<EmbeddedNode>(
      daemon_program(), setting_.dir, setting_.run.hex() + ".1", loop_, [this] { connect(); },
      [this](const std::string& how) { on_daemon_ended(how); });
}

MasterHost::~MasterHost() = default;

void MasterHost::connect() {
  results_ = std::make_unique<bus::SubSocket>(context_, bus::Endpoint::parse(node_->results_endpoint()),
                                              protocol::result_topic(setting_.run),
                                              bus::MaxFrame{protocol::kMaxResult});
  results_watch_ = loop_.watch(*results_, [this] { return read_results(); });
  work_ = std::make_unique<bus::PushSocket>(context_, bus::Endpoint::parse(node_->work_endpoint()));
  master::Actions actions;
  master_.add_node(kNode, loop_.now(), actions);
  perform(actions);
}

void MasterHost::on_daemon_ended(const std::string& how) {
  if (master_.finished()) return;
  master::Actions actions;
  master_.add_node(kNode, loop_.now(), actions);  // if it ended before it was ready
  lost_reason_ = "the daemon ended (" + how + ")";
  master_.on_node_lost(kNode, lost_reason_, loop_.now(), actions);
}

bool MasterHost::read_results() {
  std::optional<bus::Message> message = results_->receive();
  if (!message) return false;
  protocol::Decoded<protocol::Result> result = protocol::decode_result(message->body());
  if (!result) return true;
  master::Actions actions;
  master_.on_result(kNode, std::move(*result.message), loop_.now(), actions);
  perform(actions);
  answer_plan(loop_.now());
  return true;
}

void MasterHost::answer_plan(base::Instant now) {
  if (!plan_) return;
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
  if (!clean && lost_reason_.empty()) lost_reason_ = "node " + node + " was lost: " + reason;
  listener_.on_node_gone(node, reason, requeued, clean, now);
}

void MasterHost::perform(const master::Actions& actions) {
  if (work_ == nullptr) return;
  for (const master::Send& send : actions) work_->send(send.frame);
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
  return std::min(master_.next_deadline(), node_->next_deadline());
}

void MasterHost::after_turn(base::Instant now) {
  node_->tick(now);
  master::Actions actions;
  master_.tick(now, actions);
  perform(actions);
}

}  // namespace dtest::cli
