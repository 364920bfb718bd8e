// The part of a node that shares its runners out between sessions: each person gets as many, and what one leaves is the
// others'. Nothing is taken from anybody before an item ends.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/node.hpp"
#include "broker/people.hpp"
#include "protocol/codec.hpp"

namespace dtest::broker {

// Runner time is counted while several share, so that what cannot be divided goes round.
void Node::charge(base::Instant now) {
  if (sessions_.size() > 1)
    for (const auto& [run, session] : sessions_) used_[run] += (now - charged_) * session->busy();
  charged_ = now;
}

// A newcomer starts where those are that had least, not before them.
base::Duration Node::least_used() const {
  base::Duration least = base::Duration::max();
  for (const auto& [run, used] : used_) least = std::min(least, used);
  return used_.empty() ? base::Duration(0) : least;
}

// Projects name databases and ports after TEST_ENV_NUMBER: no two runners of a node have the same. Each session has one
// for its template and one a runner.
std::uint32_t Node::free_numbers(std::uint32_t runners) const {
  const std::uint32_t wanted = std::min(runners, limits_.runners) + 1;
  std::map<std::uint32_t, std::uint32_t> taken;
  for (const auto& [run, session] : sessions_)
    taken[session->options().first_number] = session->options().first_number + session->options().runners + 1;
  std::uint32_t first = 0;
  for (const auto& [from, to] : taken) {
    if (first + wanted <= from) break;
    first = std::max(first, to);
  }
  return first;
}

schedule::Claim Node::claim(const Session& session, base::Instant now) const {
  auto used = used_.find(session.run());
  return {person(session.options()), session.wants(now), session.busy(),
          used == used_.end() ? base::Duration(0) : used->second};
}

std::vector<schedule::Claim> Node::claims(base::Instant now) const {
  std::vector<schedule::Claim> all;
  for (const auto& [run, session] : sessions_) all.push_back(claim(*session, now));
  return all;
}

// What a session that does not work yet may count on: it takes nothing from the others so far.
std::uint32_t Node::share_of_newcomer(const protocol::SessionOptions& options, base::Instant now) const {
  std::vector<schedule::Claim> all = claims(now);
  all.push_back({person(options), options.runners, 0, least_used()});
  return schedule::fair_shares(limits_.runners, all).back();
}

void Node::share_out(base::Instant now, Actions& actions) {
  if (sessions_.size() == 1) {
    sessions_.begin()->second->allow_all(now, actions);
    return;
  }
  std::vector<schedule::Allowance> allowed = schedule::allowances(limits_.runners, claims(now));
  std::size_t i = 0;
  for (auto& [run, session] : sessions_) {
    schedule::Allowance allowance = allowed[i++];
    if (session->state() == Session::State::opening) allowance.share = share_of_newcomer(session->options(), now);
    session->allow(allowance, now, actions);
  }
  for (auto& [run, session] : sessions_)
    if (session->must_be_told(now)) session->tell_waiting(others_of(*session, now), now, actions);
}

// "8 are with anna's run of shop since 2m00s, 1 with ben's run of cart since 3.1s"
std::string Node::others_of(const Session& waiting, base::Instant now) const {
  std::vector<const Session*> others;
  for (const auto& [run, session] : sessions_)
    if (session.get() != &waiting && session->busy() > 0) others.push_back(session.get());
  std::stable_sort(others.begin(), others.end(),
                   [](const Session* a, const Session* b) { return a->busy() > b->busy(); });
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(others.size(), kMost); ++i) {
    const Session& other = *others[i];
    text += text.empty() ? std::to_string(other.busy()) + (other.busy() == 1 ? " is" : " are")
                         : ", " + std::to_string(other.busy());
    text += " with " + whose_run(other.options(), waiting.options()) + " since " +
            base::show_secs(base::seconds(now - other.opened()));
  }
  if (others.size() > kMost) text += ", and there are " + base::plural(others.size() - kMost, "more run");
  return text.empty() ? "they are being freed" : text;
}

std::string Node::told_at_end(const Session& session, base::Instant now) const {
  return "run " + session.run().brief() + ": session of " + who(session.options()) + " for " +
         project(session.options()) + " is over after " + base::show_secs(base::seconds(now - session.opened())) +
         ", " + base::plural(session.finished(), "item");
}

// Whoever asks repeats it until his subscription is here.
void Node::on_ask(const protocol::Ask& ask, base::Instant now, Actions& actions) {
  if (!subscribed_.contains(ask.run)) return;
  protocol::Result result;
  protocol::Status status{name_, limits_.runners, tenants(now)};
  constexpr std::size_t kMost = 200;  // what peers call themselves must not make the message too large
  for (protocol::Tenant& tenant : status.tenants) {
    tenant.who = tenant.who.substr(0, kMost);
    tenant.project = tenant.project.substr(0, kMost);
  }
  result.content = std::move(status);
  actions.emplace_back(Publish{ask.run, protocol::encode(result, {})});
}

std::vector<protocol::Tenant> Node::tenants(base::Instant now) const {
  std::vector<protocol::Tenant> all;
  for (const auto& [run, session] : sessions_)
    all.push_back({run, who(session->options()), project(session->options()), session->options().runners,
                   session->busy(), now - session->opened()});
  return all;
}

}  // namespace dtest::broker
