#include "daemon/gate.hpp"

#include <utility>

#include "base/error.hpp"
#include "protocol/codec.hpp"

namespace dtest::daemon {
namespace {

constexpr base::Duration kLook = std::chrono::seconds(2);          // at the allowed keys, while sessions are open
constexpr base::Duration kReopen = std::chrono::milliseconds(20);  // libzmq closes a socket in the background
constexpr base::Duration kComplain = std::chrono::seconds(5);

// R messages that one subscriber has not read: beyond, it misses some and asks for them again. An outbox is less than
// half of it; more collects only who subscribes and never reads.
constexpr int kUnread = 10'000;

bus::Endpoint free_endpoint(const std::string& text) {
  bus::Endpoint endpoint = bus::Endpoint::parse_any(text);
  bus::check_free(endpoint);
  return endpoint;
}

}  // namespace

Gate::Gate(Setting setting, bus::Context& context, bus::Loop& loop, GateEvents& events)
    : setting_(std::move(setting)), context_(context), loop_(loop), events_(events) {
  auto log = [this](std::string level, std::string text) { events_.on_log(std::move(level), std::move(text)); };
  if (setting_.door) door_ = std::make_unique<Door>(*setting_.door, context_, loop_, log);
  open();
}

void Gate::open() {
  // The keys guard TCP; an ipc socket beside it is guarded by its directory, and its peers have no keys.
  auto side = [this](const bus::Endpoint& endpoint) {
    return door_ && endpoint.is_tcp() ? door_->side() : bus::Curve(bus::NoCurve{});
  };
  const bus::Endpoint work_at = free_endpoint(setting_.listen);
  const bus::Endpoint results_at = free_endpoint(setting_.results_listen);
  auto work = std::make_unique<bus::PullSocket>(context_, work_at, bus::MaxFrame{protocol::kMaxWork}, side(work_at));
  results_ = std::make_unique<bus::XPubSocket>(context_, results_at, kUnread, side(results_at));
  work_ = std::move(work);
  work_watch_ = loop_.watch(*work_, [this] { return read_work(); });
  results_watch_ = loop_.watch(*results_, [this] { return read_subscriptions(); });
}

// libzmq asks who somebody is only when he connects. So all connections are cut; the masters dial again by themselves,
// and what is lost meanwhile is sent again.
void Gate::close(base::Instant now) {
  work_watch_.reset();
  results_watch_.reset();
  work_.reset();
  results_.reset();
  reopen_ = now;
  complain_ = now + kComplain;
  events_.on_connections_cut();
}

void Gate::reopen(base::Instant now) {
  reopen_ = base::kNever;
  try {
    open();
  } catch (const base::Error& problem) {
    reopen_ = now + kReopen;
    if (now < complain_) return;
    complain_ = now + kComplain;
    events_.on_log("error", problem.what());
  }
}

bool Gate::read_work() {
  std::optional<bus::Message> message = work_->receive();
  if (message) events_.on_work_message(*message);
  return message.has_value() && work_ != nullptr;
}

bool Gate::read_subscriptions() {
  for (const bus::Subscription& subscription : results_->read_subscriptions())
    if (auto run = protocol::run_of_topic(subscription.topic)) events_.on_subscription(*run, subscription.subscribed);
  return false;
}

void Gate::publish(const base::RunId& run, const std::string& frame) {
  if (results_ != nullptr) results_->send(protocol::result_topic(run), frame);
}

bool Gate::admit(const protocol::Work& work, const bus::Message& message) {
  return !door_ || door_->admit(work, message.user);
}

std::string Gate::sender(const bus::Message& message) const { return door_ ? door_->name_of(message.user) : ""; }

void Gate::own(const base::RunId& run, const bus::Message& message) {
  if (door_) door_->own(run, message.user);
}

void Gate::forget(const base::RunId& run) {
  if (door_) door_->forget(run);
}

void Gate::tick(base::Instant now, bool busy) {
  if (now >= next_look_) look(now);
  if (!busy || !door_) next_look_ = base::kNever;
  else if (next_look_ == base::kNever) next_look_ = now + kLook;
  if (now >= reopen_) reopen(now);
}

void Gate::look(base::Instant now) {
  next_look_ = base::kNever;
  const std::vector<base::RunId> gone = door_->look();
  for (const base::RunId& run : gone) events_.on_revoked(run);
  if (!gone.empty()) close(now);
}

void Gate::renew(base::Instant now) {
  if (!door_) return;
  const bool renewed = door_->renew();
  look(now);
  if (renewed && reopen_ == base::kNever) close(now);
}

}  // namespace dtest::daemon
