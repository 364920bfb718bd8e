#include "cli/node_question.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "bus/context.hpp"
#include "bus/loop.hpp"
#include "cli/remote_node.hpp"
#include "config/key_file.hpp"
#include "protocol/codec.hpp"
#include "system/clock.hpp"
#include "system/random.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kAgain = std::chrono::milliseconds(100);

class Question {
 public:
  Question(const std::vector<config::NodeSpec>& nodes, const std::string& key_file, base::Duration limit)
      : loop_([this] { return clock_.now(); }), deadline_(clock_.now() + limit) {
    system::random_bytes(asker_.bytes);
    if (std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.tcp(); }))
      own_.emplace(config::load_key_pair(key_file, "dtest keygen"));
    for (const config::NodeSpec& node : nodes) {
      answers_[node.name].why = "it does not answer";
      RemoteNode::Events events{[this, name = node.name] { up_.insert(name); },
                                [this, name = node.name](const bus::Message& m) { hear(name, m); },
                                [this, name = node.name](const std::string& why) { over(name, why); }};
      nodes_[node.name] = std::make_unique<RemoteNode>(node, own_ ? &*own_ : nullptr, protocol::result_topic(asker_),
                                                       context_, loop_, std::move(events));
    }
  }

  std::map<std::string, NodeAnswer> answers() {
    loop_.run([this] { return next_deadline(); }, [this](base::Instant now) { after_turn(now); });
    nodes_.clear();
    return std::move(answers_);
  }

 private:
  void hear(const std::string& name, const bus::Message& message) {
    const protocol::Decoded<protocol::Result> result = protocol::decode_result(message.body());
    if (!result) {
      if (result.why.starts_with(protocol::kOtherVersion))
        over(name, "it " + result.why + "; install the same version of distributest there and here");
      return;
    }
    const auto* status = std::get_if<protocol::Status>(&result.message->content);
    if (status == nullptr) return;
    answers_[name] = {true, *status, {}};
    done_.insert(name);
  }

  void over(const std::string& name, const std::string& why) {
    if (done_.insert(name).second) answers_[name].why = why;
  }

  [[nodiscard]] base::Instant next_deadline() const {
    base::Instant next = std::min(deadline_, next_ask_);
    for (const auto& [name, node] : nodes_)
      if (!done_.contains(name)) next = std::min(next, node->next_deadline());
    return next;
  }

  void after_turn(base::Instant now) {
    for (auto& [name, node] : nodes_)
      if (!done_.contains(name)) node->tick(now);
    if (now >= next_ask_) {
      next_ask_ = now + kAgain;
      for (const std::string& name : up_)
        if (!done_.contains(name)) nodes_.at(name)->send(protocol::encode(protocol::Ask{asker_}));
    }
    if (done_.size() == nodes_.size() || now >= deadline_) loop_.stop();
  }

  system::SystemClock clock_;
  bus::Context context_;
  bus::Loop loop_;
  base::RunId asker_;
  base::Instant deadline_, next_ask_{};
  std::optional<bus::KeyPair> own_;
  std::map<std::string, NodeAnswer> answers_;
  std::set<std::string> up_, done_;
  std::map<std::string, std::unique_ptr<RemoteNode>> nodes_;
};

}  // namespace

std::map<std::string, NodeAnswer> ask_nodes(const std::vector<config::NodeSpec>& nodes, const std::string& key_file,
                                            base::Duration limit) {
  if (nodes.empty()) return {};
  return Question(nodes, key_file, limit).answers();
}

}  // namespace dtest::cli
