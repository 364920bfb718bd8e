#include "light_node.hpp"

#include <algorithm>
#include <utility>

namespace dtest::bench {
namespace {

constexpr std::size_t kPlanPart = 20'000;      // files of one body
constexpr std::size_t kMost = 3U << 20U;       // bytes of one message

}  // namespace

protocol::NodeHeader LightNode::header() const {
  return {number_, base::Epoch(setting_.epoch), beat_, base::JobNumber(accepted_),
          base::JobNumber(finished_ + setting_.runners + setting_.ahead), base::ReportNumber(published_)};
}

void LightNode::hear(std::string_view frame, Says& says) {
  protocol::Decoded<protocol::Work> work = protocol::decode_work(frame);
  if (!work) return;
  if (const auto* hello = std::get_if<protocol::Hello>(&*work.message)) hear(*hello, says);
  else if (auto* item = std::get_if<protocol::ItemWork>(&*work.message)) hear(std::move(*item), says);
  else if (const auto* ping = std::get_if<protocol::Ping>(&*work.message)) hear(*ping, says);
  else if (std::holds_alternative<protocol::Bye>(*work.message)) close();
  else if (const auto* cancel = std::get_if<protocol::Cancel>(&*work.message); cancel != nullptr && cancel->kill) close();
}

void LightNode::hear(const protocol::Hello& hello, Says& says) {
  if (open()) {
    beat(says);
    return;
  }
  number_ = hello.number;
  report(protocol::Booting{1});
  tell_plan();
  report(protocol::Booted{std::chrono::milliseconds(1), "on"});
  for (std::uint32_t slot = setting_.runners; slot > 0; --slot) free_.emplace_back(slot);
  for (std::uint32_t slot = 1; slot <= setting_.runners; ++slot)
    report(protocol::RunnerUp{base::Slot(slot), base::Incarnation(1), 1 + slot});
}

void LightNode::tell_plan() {
  if (setting_.files == nullptr) return;
  const std::vector<std::string>& files = *setting_.files;
  protocol::Plan plan;
  plan.framework = {"rspec", "3.12.0"};
  plan.ruby = "3.1.2";
  for (std::size_t at = 0; at < files.size() || at == 0; at += kPlanPart, ++plan.part) {
    const std::size_t end = std::min(at + kPlanPart, files.size());
    plan.files.assign(files.begin() + static_cast<std::ptrdiff_t>(at), files.begin() + static_cast<std::ptrdiff_t>(end));
    plan.more = end < files.size();
    report(plan);
  }
}

void LightNode::hear(protocol::ItemWork work, Says& says) {
  if (work.epoch.value != setting_.epoch || work.job.value != accepted_ + 1 || closed_) return;
  ++accepted_;
  waiting_.push_back(std::move(work));
  begin(says);
}

void LightNode::begin(Says& says) {
  while (!waiting_.empty() && !free_.empty()) {
    protocol::ItemWork work = std::move(waiting_.front());
    waiting_.pop_front();
    const Job job{free_.back(), work.item, work.attempt, std::move(work.path)};
    free_.pop_back();
    report(protocol::ItemStart{job.slot, base::Incarnation(1), job.item, job.attempt});
    report(protocol::ExampleList{job.item, job.attempt, 0, false, {{"./" + job.path + "[1:1]", 2, "it works"}}});
    says.begun.push_back(job);
  }
}

void LightNode::end(const Job& job, base::Duration took, Says& says) {
  if (closed_) return;
  protocol::Example example;
  example.item = job.item;
  example.attempt = job.attempt;
  example.id = "./" + job.path + "[1:1]";
  example.line = 2;
  example.name = example.description = "it works";
  example.status = "passed";
  example.took = took;
  report(example);
  protocol::ItemEnd end;
  end.item = job.item;
  end.attempt = job.attempt;
  end.took = took;
  end.count = 1;
  report(end);
  ++finished_;
  free_.push_back(job.slot);
  begin(says);
}

void LightNode::close() {
  if (!open() || closed_) return;
  closed_ = true;
  report(protocol::Closed{});
}

void LightNode::report(const protocol::Body& body) { outbox_.push_back(protocol::encode(body)); }

void LightNode::flush(Says& says) {
  const std::uint64_t newest = acknowledged_ + outbox_.size();
  if (published_ < newest) publish(published_ + 1, says);
}

// From this report on, in as many messages as it takes.
void LightNode::publish(std::uint64_t first, Says& says) {
  auto next = outbox_.begin() + static_cast<std::ptrdiff_t>(first - acknowledged_ - 1);
  while (next != outbox_.end()) {
    protocol::Result result{header(), protocol::Reports{base::ReportNumber(first), {}}};
    std::vector<std::string_view> bodies;
    for (std::size_t bytes = 0; next != outbox_.end() && bytes < kMost; ++next) {
      bodies.emplace_back(*next);
      bytes += next->size();
    }
    first += bodies.size();
    published_ = std::max(published_, first - 1);
    result.header.newest = base::ReportNumber(published_);
    says.frames.push_back(protocol::encode(result, bodies));
  }
}

void LightNode::hear(const protocol::Ping& ping, Says& says) {
  if (ping.epoch.value != setting_.epoch) return;
  while (acknowledged_ < ping.ack.value && !outbox_.empty()) {
    outbox_.pop_front();
    ++acknowledged_;
  }
  if (ping.gap && !outbox_.empty()) publish(acknowledged_ + 1, says);
}

void LightNode::beat(Says& says) {
  if (!open()) return;
  beat_ = beat_.next();
  const auto busy = setting_.runners - static_cast<std::uint32_t>(free_.size());
  says.frames.push_back(protocol::encode({header(), protocol::Beat{busy}}, {}));
}

}  // namespace dtest::bench
