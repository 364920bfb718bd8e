// A master and its collector among hostile nodes: whatever those publish, the account of the run holds.
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/collector.hpp"
#include "collector/event_json.hpp"
#include "collector/verify.hpp"
#include "master/master.hpp"
#include "protocol/codec.hpp"
#include "script.hpp"

using namespace dtest;

namespace {

class Checked final : public collector::EventSink {
 public:
  void on_event(const collector::Envelope& envelope) override {
    verifier.take(to_json_line(envelope, {"desk-1", "b0b38ba700112233445566778899aabb"}));
  }
  collector::Verifier verifier;
};

/// What dtest does between the two.
class Host final : public master::Listener {
 public:
  explicit Host(collector::Collector& collector) : collector_(collector) {}
  std::vector<std::string> to_retry(const protocol::ItemEnd& end) override { return collector_.to_retry(end); }
  void on_retry(const protocol::ItemEnd& end, const master::Retry& retry) override { collector_.on_retry(end, retry); }
  void on_node_joined(const std::string& node, base::Instant now) override { collector_.on_node_joined(node, now); }
  void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant now) override {
    collector_.on_node_gone(node, reason, requeued, clean, now);
  }
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) override {
    collector_.on_plan(node, whole, now);
    files = whole.files;
    wanted = true;
  }
  void on_report(const std::string& node, const protocol::Body& body, base::Instant now) override {
    collector_.on_report(node, body, now);
  }
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override {
    collector_.on_attempt_over(node, end, decision, now);
  }

  std::vector<std::string> files;
  bool wanted = false;

 private:
  collector::Collector& collector_;
};

class Rig {
 public:
  Rig() {
    collector_.begin(now_);
    for (const char* name : {"n0", "n1"}) master_.add_node(name, now_, actions_);
  }

  void take(const fuzz::Step& step) {
    const std::string name = step.a % 2 == 0 ? "n0" : "n1";
    switch (step.operation % 6) {
      case 0:
      case 1: result(name, step); break;
      case 2: now_ += std::chrono::milliseconds(step.a * 256 + step.b); master_.tick(now_, actions_); break;
      case 3: if (step.b > 250) master_.on_node_lost(name, "gone", now_, actions_); break;
      case 4: if (step.b > 250) master_.drain(now_, actions_); break;
      default: if (step.b > 250) master_.kill(now_, actions_);
    }
    plan();
    actions_.clear();
  }

  void finish() {
    const collector::RunEnd end = collector_.finish({}, now_);
    fuzz::hold(end.exit_code != 70, "the audit agrees with the account");
    checked_.verifier.finish(false);
    for (const auto& violation : checked_.verifier.violations().kept())
      fuzz::hold(false, "the stream:", violation.text);
  }

 private:
  // With numbers that fit, unless the step says otherwise, and enough credit.
  void result(const std::string& name, const fuzz::Step& step) {
    auto heard = protocol::decode_result(step.bytes);
    if (!heard) return;
    protocol::NodeHeader& header = heard.message->header;
    header.number = base::SessionNumber(1 + step.a / 2 % 4);
    if (step.b % 4 != 0) header.epoch = base::Epoch(7 + step.a % 8);
    header.credit = base::JobNumber(8);
    std::uint64_t& newest = newest_[header.epoch];
    if (auto* reports = std::get_if<protocol::Reports>(&heard.message->content)) {
      begin_all(*reports);
      if (step.b % 8 != 1) reports->first = base::ReportNumber(newest + 1);
      newest += reports->bodies.size();
    }
    header.newest = base::ReportNumber(newest);
    master_.on_result(name, std::move(*heard.message), now_, actions_);
  }

  // A try is said to begin before anything else is said of it; that much is taken for granted of a node.
  static void begin_all(protocol::Reports& reports) {
    std::vector<protocol::Body> bodies;
    std::set<std::pair<base::ItemId, base::Attempt>> begun;
    const auto begin = [&](base::ItemId item, base::Attempt attempt) {
      if (begun.emplace(item, attempt).second)
        bodies.emplace_back(protocol::ItemStart{base::Slot(1), base::Incarnation(1), item, attempt});
    };
    for (protocol::Body& body : reports.bodies) {
      std::visit(
          [&](const auto& m) {
            if constexpr (requires { begin(m.item, m.attempt); }) begin(m.item, m.attempt);
            else if constexpr (requires { begin(*m.item, *m.attempt); })
              if (m.item && m.attempt) begin(*m.item, *m.attempt);
          },
          body);
      bodies.push_back(std::move(body));
    }
    reports.bodies = std::move(bodies);
  }

  void plan() {
    if (!std::exchange(host_.wanted, false)) return;
    collector::Announcement announcement;
    std::vector<master::PlannedItem> items;
    for (const std::string& path : host_.files) {
      announcement.items.push_back({base::ItemId(static_cast<std::uint32_t>(items.size())), {path, {}, true}});
      items.push_back({path, std::nullopt, std::nullopt});
    }
    collector_.announce_plan(announcement, now_);
    master_.plan(std::move(items), now_, actions_);
  }

  static protocol::SessionOptions options() {
    protocol::SessionOptions options;
    options.project = "/project";
    return options;
  }

  base::Instant now_{std::chrono::seconds(1000)};
  master::Actions actions_;
  Checked checked_;
  collector::Collector collector_{{}, {&checked_}};
  Host host_{collector_};
  std::map<base::Epoch, std::uint64_t> newest_;
  master::Master master_{base::RunId{}, options(), master::Limits(), host_};
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Script script(data, size);
  Rig rig;
  for (fuzz::Step step; script.next(step);) rig.take(step);
  rig.finish();
  return 0;
}
