#include "broker/outbox.hpp"

#include <algorithm>

namespace dtest::broker {

void Outbox::add(std::string body, bool urgent, base::Instant now) {
  bytes_ += body.size();
  bodies_.push_back(std::move(body));
  due_ = std::min(due_, urgent ? now : now + limits_.batch);
}

void Outbox::acknowledge(base::ReportNumber number, base::Instant now) {
  bool moved = false;
  while (!bodies_.empty() && first_ <= number) {
    bytes_ -= bodies_.front().size();
    bodies_.pop_front();
    first_ = first_.next();
    moved = true;
  }
  next_ = std::max(next_, first_.value);
  if (!moved) return;
  rto_ = limits_.rto_first;
  sent_ = now;  // the rest gets its full time again
}

void Outbox::gap(base::Instant now) {
  if (next_ > first_.value && now - sent_ < limits_.resend_gap) return;
  next_ = first_.value;
  if (!bodies_.empty()) due_ = now;
}

Outbox::Batch Outbox::take(base::Instant now) {
  if (due() > now) return {};
  std::uint64_t end = first_.value + bodies_.size();
  if (next_ >= end) {  // all published, the oldest for longer than the RTO: again
    next_ = first_.value;
    rto_ = std::min(rto_ * 2, limits_.rto_most);
  }
  Batch batch{base::ReportNumber(next_), {}};
  for (std::size_t size = 0; next_ < end && (size < limits_.message_bytes || batch.bodies.empty()); ++next_) {
    const std::string& body = bodies_[next_ - first_.value];
    if (!batch.bodies.empty() && size + body.size() > limits_.message_bytes) break;
    size += body.size();
    batch.bodies.push_back(body);
  }
  sent_ = now;
  due_ = next_ < end ? now : base::kNever;
  return batch;
}

base::Instant Outbox::due() const {
  if (bodies_.empty()) return base::kNever;
  if (next_ < first_.value + bodies_.size()) return due_;
  return sent_ + rto_;
}

}  // namespace dtest::broker
