#include "cli/node_set.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "cli/program.hpp"
#include "config/key_file.hpp"
#include "protocol/codec.hpp"

namespace dtest::cli {

NodeSet::NodeSet(Setting setting, bus::Context& context, bus::Loop& loop, Events events)
    : setting_(std::move(setting)), context_(context), loop_(loop), events_(std::move(events)) {
  const bool tcp = std::any_of(setting_.nodes.begin(), setting_.nodes.end(), [](const auto& n) { return n.tcp(); });
  if (tcp) own_ = std::make_unique<bus::KeyPair>(config::load_key_pair(setting_.key_file, "dtest keygen"));
  for (const config::NodeSpec& spec : setting_.nodes) {
    if (spec.local()) {
      start_local(spec);
      continue;
    }
    const std::string name = spec.name;
    RemoteNode::Events events_of{[this, spec] { up(spec); },
                                 [this, name](const bus::Message& m) { events_.on_result(name, m); },
                                 [this, name](const std::string& why) { events_.on_trouble(name, why); }};
    remotes_[name] =
        std::make_unique<RemoteNode>(spec, own_.get(), setting_.topic, context_, loop_, std::move(events_of));
  }
}

void NodeSet::up(const config::NodeSpec& spec) {
  came_.insert(spec.name);
  events_.on_up(spec);
}

void NodeSet::start_local(const config::NodeSpec& spec) {
  local_ = std::make_unique<EmbeddedNode>(
      daemon_program(), setting_.dir, setting_.mark, loop_, [this, spec] { connect_local(spec); },
      [this](const std::string& how) { events_.on_local_ended(how); });
}

void NodeSet::connect_local(const config::NodeSpec& spec) {
  results_ = std::make_unique<bus::SubSocket>(context_, bus::Endpoint::parse(local_->results_endpoint()),
                                              setting_.topic, bus::MaxFrame{protocol::kMaxResult});
  results_watch_ = loop_.watch(*results_, [this] {
    std::optional<bus::Message> message = results_->receive();
    if (message) events_.on_result(config::kLocal, *message);
    return message.has_value();
  });
  work_ = std::make_unique<bus::PushSocket>(context_, bus::Endpoint::parse(local_->work_endpoint()));
  up(spec);
}

void NodeSet::send(const std::string& node, std::string_view frame) {
  if (node == config::kLocal) {
    if (work_ != nullptr) work_->send(frame);
  } else if (auto at = remotes_.find(node); at != remotes_.end()) {
    at->second->send(frame);
  }
}

bool NodeSet::on_their_way() const {
  return (local_ != nullptr && work_ == nullptr && !local_->ended()) ||
         std::any_of(remotes_.begin(), remotes_.end(), [](const auto& n) { return n.second->on_its_way(); });
}

std::string NodeSet::troubles() const {
  std::vector<std::string> all;
  for (const auto& [name, node] : remotes_)
    if (!node->trouble().empty()) all.push_back("node " + name + ": " + node->trouble());
  return base::join(all, "; ");
}

std::set<std::string> NodeSet::unusable() const {
  std::set<std::string> names;
  for (const auto& [name, node] : remotes_)
    if (!node->trouble().empty()) names.insert(name);
  return names;
}

void NodeSet::pause() {
  if (local_ != nullptr) local_->pause();
}

void NodeSet::resume() {
  if (local_ != nullptr) local_->resume();
}

void NodeSet::stop() {
  if (local_ != nullptr) local_->stop();
}

void NodeSet::tick(base::Instant now) {
  if (local_ != nullptr) local_->tick(now);
  for (auto& [name, node] : remotes_) node->tick(now);
}

base::Instant NodeSet::next_deadline() const {
  base::Instant next = local_ == nullptr ? base::kNever : local_->next_deadline();
  for (const auto& [name, node] : remotes_) next = std::min(next, node->next_deadline());
  return next;
}

}  // namespace dtest::cli
