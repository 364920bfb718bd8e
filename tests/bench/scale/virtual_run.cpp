#include "virtual_run.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace dtest::bench {
namespace {

constexpr base::Duration kWay = std::chrono::microseconds(200);  // of a frame
constexpr base::Duration kBeat = std::chrono::milliseconds(500);
constexpr std::uint64_t kLook = 10'000;                          // accepted files between two looks at the heap

constexpr std::string_view kName = "node";

std::uint32_t index_of(const std::string& node) {
  std::uint32_t index = 0;
  std::from_chars(node.data() + kName.size(), node.data() + node.size(), index);
  return index;
}

protocol::SessionOptions options(std::uint32_t runners) {
  protocol::SessionOptions made;
  made.mode = "run";
  made.project = "/project";
  made.runners = runners;
  return made;
}

std::vector<std::string> paths(std::uint64_t count) {
  std::vector<std::string> made;
  made.reserve(count);
  for (std::uint64_t n = 0; n < count; ++n)
    made.push_back("spec/models/d" + std::to_string(n % 100) + "/f" + std::to_string(n) + "_spec.rb");
  return made;
}

}  // namespace

VirtualRun::VirtualRun(Scene scene)
    : scene_(scene), random_(scene.seed), files_(paths(scene.files)), ended_(scene.files),
      decoding_(cost_of_looking()), deciding_(cost_of_looking()) {
  master_ = std::make_unique<master::Master>(base::RunId{{1}}, options(scene.runners), master::Limits{}, *this);
  master_->expect_nodes(true);
  if (scene.account) account_ = std::make_unique<collector::Collector>(collector::Settings{},
                                                                      std::vector<collector::EventSink*>{});
  for (std::uint32_t n = 0; n < scene.nodes; ++n) {
    names_.push_back(std::string(kName) + std::to_string(n));
    LightNode::Setting setting;
    setting.epoch = n + 1;
    setting.runners = scene.runners;
    setting.files = n == 0 ? &files_ : nullptr;
    nodes_.emplace_back(setting);
  }
}

VirtualRun::~VirtualRun() = default;

void VirtualRun::push(Event event) {
  event.number = ++number_;
  events_.push_back(std::move(event));
  std::push_heap(events_.begin(), events_.end(), later);
}

VirtualRun::Event VirtualRun::pop() {
  std::pop_heap(events_.begin(), events_.end(), later);
  Event event = std::move(events_.back());
  events_.pop_back();
  return event;
}

base::Duration VirtualRun::draw() {
  std::exponential_distribution<double> length(1 / base::seconds(scene_.mean));
  return base::from_seconds(length(random_)) + std::chrono::microseconds(1);
}

Figures VirtualRun::play() {
  const base::Instant begun = now_;
  if (account_) {
    account_->set_time(now_, {});
    account_->begin(now_);
  }
  for (const std::string& name : names_) {
    master::Actions actions;
    master_->add_node(name, now_, actions);
    perform(actions);
  }
  deadline_ = master_->next_deadline();
  while (!master_->finished()) {
    if (events_.empty() && deadline_ == base::kNever) throw std::runtime_error("nothing happens any more");
    if (!events_.empty() && events_.front().at <= deadline_) {
      happen(pop());
    } else {
      now_ = std::max(now_, deadline_);
      tick();
    }
  }
  if (accepted_ != scene_.files)
    throw std::runtime_error(std::to_string(accepted_) + " of " + std::to_string(scene_.files) + " files have an end");
  figures_.took = now_ - begun;
  figures_.decode_us = decoding_.us();
  figures_.master_us = deciding_.us();
  figures_.turns = deciding_.times();
  if (account_) {
    const std::int64_t start = cpu_ns();
    figures_.verdict = account_->finish({}, now_).verdict;
    figures_.end_us = static_cast<double>(cpu_ns() - start) / 1000;
  }
  return figures_;
}

void VirtualRun::happen(Event event) {
  now_ = event.at;
  if (event.kind == Kind::to_master) return master_hears(event);
  LightNode& node = nodes_[event.node];
  Says says;
  if (event.kind == Kind::to_node) node.hear(event.frame, says);
  else if (event.kind == Kind::done) node.end(event.job, event.took, says);
  else node.beat(says);
  if (event.kind == Kind::beat) push({now_ + kBeat, 0, event.node, Kind::beat, {}, {}, {}});
  settle(event.node, says);
}

// What a node says is on its way, and its jobs run.
void VirtualRun::settle(std::uint32_t node, Says& says) {
  nodes_[node].flush(says);
  for (std::string& frame : says.frames) push({now_ + kWay, 0, node, Kind::to_master, std::move(frame), {}, {}});
  for (Job& job : says.begun) {
    const base::Duration took = draw();
    push({now_ + took, 0, node, Kind::done, {}, std::move(job), took});
  }
}

// Each frame has a turn of the loop to itself, with the timers at its end: the worst case.
void VirtualRun::master_hears(const Event& event) {
  decoding_.start();
  protocol::Decoded<protocol::Result> result = protocol::decode_result(event.frame);
  decoding_.stop();
  if (!result) throw std::runtime_error("the master cannot read what a node says: " + result.why);
  master::Actions actions;
  deciding_.start();
  master_->on_result(names_[event.node], std::move(*result.message), now_, actions);
  master_->tick(now_, actions);
  deadline_ = master_->next_deadline();
  deciding_.stop();
  perform(actions);
  if (plan_came_ && joined_ == scene_.nodes) answer_plan();
}

void VirtualRun::tick() {
  master::Actions actions;
  deciding_.start();
  master_->tick(now_, actions);
  deadline_ = master_->next_deadline();
  deciding_.stop();
  perform(actions);
}

void VirtualRun::answer_plan() {
  plan_came_ = false;
  master_->expect_nodes(false);
  before_ = heap_bytes();
  master::Actions actions;
  deciding_.start();
  std::vector<master::PlannedItem> items;
  collector::Announcement announcement;
  for (const std::string& path : files_) {
    if (account_) announcement.items.push_back({base::ItemId(static_cast<std::uint32_t>(items.size())), {path, 1.0}});
    items.push_back({path, std::nullopt, std::chrono::seconds(1), {}, {}});
  }
  if (account_) account_->announce_plan(std::move(announcement), now_);
  master_->plan(std::move(items), now_, actions);
  deadline_ = master_->next_deadline();
  deciding_.stop();
  perform(actions);
  figures_.planned_bytes = figures_.most_bytes = heap_bytes() - before_;
}

void VirtualRun::perform(const master::Actions& actions) {
  for (const master::Send& send : actions)
    push({now_ + kWay, 0, index_of(send.node), Kind::to_node, send.frame, {}, {}});
}

void VirtualRun::on_node_joined(const std::string& node, base::Instant now) {
  const std::uint32_t index = index_of(node);
  ++joined_;
  push({now + kBeat * (index + 1) / (scene_.nodes + 1), 0, index, Kind::beat, {}, {}, {}});
  if (account_) account_->on_node_joined(node, now);
}

void VirtualRun::on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                              base::Instant now) {
  if (!clean) throw std::runtime_error(node + " was lost: " + reason);
  if (account_) account_->on_node_gone(node, reason, requeued, clean, now);
}

void VirtualRun::on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) {
  plan_came_ = true;
  if (account_) account_->on_plan(node, whole, now);
}

void VirtualRun::on_report(const std::string& node, const protocol::Body& body, base::Instant now) {
  if (account_) account_->on_report(node, body, now);
}

void VirtualRun::on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                                 base::Instant now) {
  if (decision != master::Decision::accepted || ended_[end.item.value])
    throw std::runtime_error("file " + std::to_string(end.item.value) + " has no end that counts, or two");
  ended_[end.item.value] = true;
  if (++accepted_ % kLook == 0) figures_.most_bytes = std::max(figures_.most_bytes, heap_bytes() - before_);
  if (account_) account_->on_attempt_over(node, end, decision, now);
}

}  // namespace dtest::bench
