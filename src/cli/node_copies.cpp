#include "cli/node_copies.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace dtest::cli {

SshHost ssh_host(const config::NodeSpec& node) {
  if (node.local() || node.ssh_host.empty()) return {};
  SshHost ssh{node.ssh_user.empty() ? node.ssh_host : node.ssh_user + "@" + node.ssh_host, {}};
  if (!node.ssh_config.empty()) ssh.options.insert(ssh.options.end(), {"-F", node.ssh_config});
  if (node.ssh_port != 0) ssh.options.insert(ssh.options.end(), {"-p", std::to_string(node.ssh_port)});
  return ssh;
}

NodeCopies::NodeCopies(SyncSource::Setting source, const std::vector<config::NodeSpec>& nodes, bus::Loop& loop,
                       Events events)
    : loop_(loop), events_(std::move(events)) {
  const bool others = std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return !node.local(); });
  const bool any = std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return node.sync; });
  if (others && any) source_.emplace(std::move(source));
  for (const config::NodeSpec& node : nodes) hosts_[node.name] = ssh_host(node);
}

protocol::SessionOptions NodeCopies::options(const config::NodeSpec& node, protocol::SessionOptions options) const {
  if (wanted(node)) options = source_->in_workspace(std::move(options));
  if (!node.ruby.empty()) options.ruby = node.ruby;
  return options;
}

void NodeCopies::begin(const std::string& node, const std::string& path) {
  auto host = hosts_.find(node);
  if (!source_ || host == hosts_.end()) return;
  faults_.erase(node);
  begun_[node] = loop_.now();
  tell({node, "start"});
  try {
    syncs_[node] = std::make_unique<NodeSync>(
        source_->jobs(host->second, path), loop_, [this, node](const std::string& fault) { over(node, fault); },
        [this, node](const std::string& level, const std::string& text) { events_.on_said(node, {text, level}); });
  } catch (const base::Error& problem) {
    over(node, problem.what());
  }
}

void NodeCopies::over(const std::string& node, const std::string& fault) {
  syncs_.erase(node);
  tell({node, "end", fault.empty(), fault, base::seconds(loop_.now() - begun_[node])});
  if (fault.empty()) {
    events_.on_synced(node);
    return;
  }
  faults_[node] = fault;
  events_.on_fault(node, fault);
}

void NodeCopies::tell(collector::NodeSync news) const {
  if (events_.on_news) events_.on_news(news);
}

std::string NodeCopies::troubles() const {
  std::vector<std::string> all;
  for (const auto& [node, fault] : faults_) all.push_back("node " + node + ": " + fault);
  return base::join(all, "; ");
}

}  // namespace dtest::cli
