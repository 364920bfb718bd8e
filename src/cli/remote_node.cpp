#include "cli/remote_node.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "config/key_file.hpp"
#include "protocol/codec.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kProbe = std::chrono::seconds(3);    // for one address
constexpr base::Duration kTry = std::chrono::seconds(15);     // for the whole of a try
constexpr base::Duration kRetry = std::chrono::seconds(2);    // doubling
constexpr base::Duration kRetryMost = std::chrono::seconds(30);
constexpr int kCuts = 3;
constexpr base::Duration kRedial = std::chrono::milliseconds(500);

}  // namespace

RemoteNode::RemoteNode(config::NodeSpec spec, const bus::KeyPair* own, std::string topic, bus::Context& context,
                       bus::Loop& loop, Events events)
    : spec_(std::move(spec)), own_(own), topic_(std::move(topic)), context_(context), loop_(loop),
      events_(std::move(events)), pause_(kRetry) {}

void RemoteNode::send(std::string_view frame) {
  if (work_ != nullptr) work_->send(frame);
}

void RemoteNode::tick(base::Instant now) {
  if (now < due_) return;
  if (trying_) fail("it did not finish its greeting within " + std::to_string(kTry.count() / 1'000'000) + " s");
  else begin(now);
}

void RemoteNode::begin(base::Instant now) {
  close();
  trying_ = true;
  cut_ = 0;
  due_ = now + kTry;
  try {
    const auto work = bus::Endpoint::parse_any(spec_.endpoint);
    if (!spec_.key_file.empty()) key_ = config::load_public_key(spec_.key_file).key;
    if (!work.is_tcp()) return connect(work, bus::Endpoint::parse_any(spec_.results));
    probe_ = std::make_unique<system::TcpProbe>(work.host(), work.port(), kProbe);
    probe_watch_ = loop_.watch_fd(probe_->fd(), [this] { return read_probe(); });
  } catch (const base::Error& problem) {
    fail(problem.what());
  }
}

bool RemoteNode::read_probe() {
  const std::optional<system::TcpProbe::Answer> answer = probe_->answer();
  if (!answer) return false;
  probe_watch_.reset();
  probe_.reset();
  if (answer->address.empty()) {
    fail(answer->fault);
    return false;
  }
  // libzmq looks names up on the one thread that serves every socket: it gets the number.
  const bool six = answer->address.find(':') != std::string::npos;
  const std::string host = six ? "[" + answer->address + "]" : answer->address;
  auto at = [&](const std::string& text) {
    const auto named = bus::Endpoint::parse_any(text);
    const bool same = named.is_tcp() && named.host() == bus::Endpoint::parse_any(spec_.endpoint).host();
    return same ? bus::Endpoint::parse_any("tcp://" + host + ":" + std::to_string(named.port())) : named;
  };
  try {
    connect(at(spec_.endpoint), at(spec_.results));
  } catch (const base::Error& problem) {
    fail(problem.what());
  }
  return false;
}

void RemoteNode::connect(const bus::Endpoint& work, const bus::Endpoint& results) {
  auto side = [this](const bus::Endpoint& endpoint) {
    return endpoint.is_tcp() && own_ != nullptr && key_ ? bus::Curve(bus::CurveClient{own_, *key_}) : bus::NoCurve{};
  };
  results_ = std::make_unique<bus::SubSocket>(context_, results, topic_, bus::MaxFrame{protocol::kMaxResult},
                                              side(results), bus::Dial::later);
  work_ = std::make_unique<bus::PushSocket>(context_, work, side(work), bus::Dial::later);
  auto watch = [this](Link& link, bus::Socket& socket) {
    link.monitor = std::make_unique<bus::LinkMonitor>(context_, socket);
    link.watch = loop_.watch(*link.monitor, [this, &link] { return read_link(link); });
  };
  watch(results_link_, *results_);
  watch(work_link_, *work_);
  results_->dial();
  work_->dial();
  results_watch_ = loop_.watch(*results_, [this] {
    std::optional<bus::Message> message = results_->receive();
    if (message) events_.on_result(*message);
    return message.has_value() && results_ != nullptr;
  });
}

bool RemoteNode::read_link(Link& link) {
  const std::optional<bus::LinkNews> news = link.monitor->read();
  if (!news) return false;
  on_news(link, *news);
  return link.monitor != nullptr;
}

void RemoteNode::on_news(Link& link, bus::LinkNews news) {
  if (news == bus::LinkNews::up) {
    link.up = true;
    if (!work_link_.up || !results_link_.up) return;
    trying_ = false;
    up_ = true;
    due_ = base::kNever;
    pause_ = kRetry;
    trouble_.clear();
    events_.on_up();
  } else if (news == bus::LinkNews::down) {
    // It may have restarted. libzmq dials again, except after a frame that was too large: so this does.
    link.up = false;
    up_ = trying_ = false;
    due_ = std::min(due_, loop_.now() + kRedial);
  } else if (news == bus::LinkNews::unreachable && spec_.tcp() && trying_) {
    return;  // the port answered a moment ago: libzmq tries again until this try ends
  } else if (news == bus::LinkNews::other_key && ++cut_ < kCuts) {
    return;  // a greeting may also be cut by a busy machine: libzmq tries again
  } else {
    fail(reason(news));
  }
}

std::string RemoteNode::reason(bus::LinkNews news) const {
  switch (news) {
    case bus::LinkNews::refused:
      return "it does not let your key in: put your key.pub into ~/.config/distributest/allowed/ there, as YOU.pub";
    case bus::LinkNews::other_key:
      return "its key is not the one in " + spec_.key_file +
             ": get its node-key.pub anew, unless it is somebody else who answers there";
    case bus::LinkNews::no_dtestd: return "what answers at " + spec_.endpoint + " is no dtestd with keys";
    default: return "nothing listens at " + spec_.endpoint + ": start dtestd there";
  }
}

// Watches first: they look at the sockets. Monitors before what they watch.
void RemoteNode::close() {
  probe_watch_.reset();
  results_watch_.reset();
  for (Link* link : {&work_link_, &results_link_}) {
    link->watch.reset();
    link->monitor.reset();
    link->up = false;
  }
  probe_.reset();
  work_.reset();
  results_.reset();
  up_ = trying_ = false;
}

void RemoteNode::fail(const std::string& why) {
  close();
  due_ = loop_.now() + pause_;
  pause_ = std::min(pause_ * 2, kRetryMost);
  told_any_ = true;
  if (std::exchange(trouble_, why) != why) events_.on_trouble(why);
}

}  // namespace dtest::cli
