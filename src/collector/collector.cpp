#include "collector/collector.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "collector/desk.hpp"
#include "collector/file_news.hpp"
#include "collector/node_news.hpp"
#include "collector/run_news.hpp"

namespace dtest::collector {

class Collector::Impl {
 public:
  Impl(Settings settings, std::vector<EventSink*> sinks)
      : desk(std::move(sinks)), run(desk, std::move(settings)), nodes(desk), files(desk) {}

  void report(const std::string& node, const protocol::Body& body, base::Instant at);

  Desk desk;
  RunNews run;
  NodeNews nodes;
  FileNews files;
  base::Instant now{};  // the latest
};

void Collector::Impl::report(const std::string& node, const protocol::Body& body, base::Instant at) {
  struct Visitor {
    Impl& self;
    const std::string& node;
    base::Instant now;
    void operator()(const protocol::Booting& b) { self.nodes.booting(node, b, now); }
    void operator()(const protocol::Booted& b) { self.nodes.booted(node, b, now); }
    void operator()(const protocol::Setup& b) { self.nodes.set_up(node, b, now); }
    void operator()(const protocol::BootFailed& b) { self.nodes.boot_failed(node, b, now); }
    void operator()(const protocol::RunnerUp& b) { self.nodes.runner_up(node, b, now); }
    void operator()(const protocol::RunnerExit& b) { self.nodes.runner_exit(node, b, now); }
    void operator()(const protocol::Notice& b) { self.desk.note(b.level.c_str(), b.text, node, now); }
    void operator()(const protocol::ItemStart& b) { self.files.start(node, b, now); }
    void operator()(const protocol::ExampleList& b) { self.files.list(node, b, now); }
    void operator()(const protocol::Example& b) { self.files.example(node, b, now); }
    void operator()(const protocol::OutsideError& b) { self.files.outside(node, b, now); }
    void operator()(const protocol::Plan&) {}     // through on_plan
    void operator()(const protocol::ItemEnd&) {}  // through on_attempt_over
    void operator()(const protocol::Closed&) {}
    void operator()(const protocol::Workspace&) {}
    void operator()(const protocol::Printed& b) {
      self.desk.stream.tell(OutChunk{{node, b.slot.value}, "", "", {b.output.data, b.output.data.size() + b.left_out}},
                            now);
    }
  };
  std::visit(Visitor{*this, node, at}, body);
}

Collector::Collector(Settings settings, std::vector<EventSink*> sinks)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(sinks))) {}
Collector::~Collector() = default;

void Collector::set_time(base::Instant now, base::WallTime wall) {
  const base::Duration back = impl_->desk.stream.set_time(now, wall);
  if (back <= base::Duration(0) || !step(now)) return;
  const std::string much = base::show_secs(base::seconds(back));
  impl_->desk.note("info", "the clock of this machine was set back by " + much + "; no time that is measured is of it", "",
                   now);
}

// Each call below passes here: instants never go back, and after the end nothing happens.
bool Collector::step(base::Instant& now) {
  now = impl_->now = std::max(now, impl_->now);
  return !impl_->desk.stream.ended();
}

void Collector::begin(base::Instant now) {
  if (step(now)) impl_->run.begin(now);
}
void Collector::introduce(NodeJoin node) { impl_->nodes.introduce(std::move(node)); }
void Collector::announce_plan(Announcement plan, base::Instant now) {
  if (!step(now)) return;
  for (const Planned& planned : plan.items) impl_->desk.journal.planned(planned.item, planned.file.path);
  impl_->run.announce(std::move(plan), now);
}
void Collector::add_item(base::ItemId item, const std::string& path) {
  if (impl_->desk.stream.ended()) return;
  impl_->desk.journal.planned(item, path);
  impl_->run.add_item(item, path, impl_->now);
}
void Collector::tick(base::Instant now) {
  if (step(now)) impl_->run.tick(now);
}
void Collector::cancel(const std::string& reason, base::Instant now) {
  if (step(now)) impl_->run.cancel(reason, now);
}
void Collector::kill(const std::string& reason, base::Instant now) {
  if (!step(now)) return;
  impl_->run.kill(reason, now);
  const Ledger& ledger = impl_->desk.ledger;
  if (reason != "timeout" || ledger.items() == 0 || ledger.settled() < ledger.items()) return;
  // Every file has its verdict, and still the run was not over: nobody knows what its exit handlers would have said.
  protocol::OutsideError error;
  error.where = "an exit handler";
  error.exception.message = impl_->desk.killed + " before the exit handlers were through";
  impl_->desk.journal.reported(error);
  impl_->files.outside("", error, now);
}
void Collector::note(const std::string& level, const std::string& text, const std::string& node, base::Instant now) {
  if (step(now)) impl_->desk.note(level.c_str(), text, node, now);
}
void Collector::synced(NodeSync news, base::Instant now) {
  if (step(now)) impl_->desk.stream.tell(std::move(news), now);
}
void Collector::changed(FileChanged change, base::Instant now) {
  if (step(now)) impl_->desk.stream.tell(std::move(change), now);
}
RunEnd Collector::finish(const Ending& ending, base::Instant now) {
  if (!step(now)) return impl_->run.end();
  impl_->files.close(impl_->run.why_not_run(ending), now);
  return impl_->run.finish(ending, impl_->nodes.obstacle(), impl_->nodes.stopped(), now);
}

void Collector::on_node_joined(const std::string& node, base::Instant now) {
  if (step(now)) impl_->nodes.joined(node, now);
}
void Collector::on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                             base::Instant now) {
  if (step(now)) impl_->nodes.gone(node, reason, requeued, clean, now);
}
void Collector::on_plan(const std::string& /*node*/, const protocol::Plan& whole, base::Instant now) {
  if (step(now)) impl_->run.keep(whole);
}
void Collector::on_report(const std::string& node, const protocol::Body& body, base::Instant now) {
  if (!step(now)) return;
  impl_->desk.journal.reported(body);
  impl_->report(node, body, now);
}
std::vector<std::string> Collector::to_retry(const protocol::ItemEnd& end) { return impl_->files.to_retry(end); }
void Collector::on_retry(const protocol::ItemEnd& end, const master::Retry& retry) {
  if (impl_->desk.stream.ended()) return;
  impl_->desk.journal.retried(retry);
  impl_->files.retry(end, retry);
}
void Collector::on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) {
  if (step(now)) impl_->files.held(node, end, now);
}
void Collector::on_finding(const master::Finding& finding, base::Instant now) {
  if (step(now)) impl_->nodes.found(finding, now);
}
void Collector::on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                                base::Instant now) {
  if (!step(now)) return;
  impl_->desk.journal.over(end, decision);
  impl_->files.over(node, end, decision, now);
}

Counts Collector::counts() const { return impl_->desk.ledger.counts(); }
std::uint64_t Collector::failures() const {
  const Ledger& ledger = impl_->desk.ledger;
  return (impl_->run.retries() ? ledger.final_counts() : ledger.counts()).bad() + ledger.errors_outside();
}
std::uint64_t Collector::files_done() const { return impl_->desk.ledger.files_done(); }
std::uint64_t Collector::files_total() const { return impl_->desk.ledger.files(); }
bool Collector::complete() const {
  return impl_->run.planned() && impl_->desk.ledger.settled() == impl_->desk.ledger.items();
}
std::vector<RunningFile> Collector::running(base::Instant now) const { return impl_->run.running(now); }

StreamSnapshot Collector::snapshot(base::Instant now) const {
  StreamSnapshot state = impl_->run.snapshot(now);
  state.nodes = impl_->desk.roster.nodes();
  state.failures = failures();
  return state;
}
std::uint32_t Collector::runners_lost() const { return impl_->nodes.runners_lost(); }
std::uint64_t Collector::last_seq() const { return impl_->desk.stream.last_seq(); }

}  // namespace dtest::collector
