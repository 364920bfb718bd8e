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
  oldest_sent_ = now;  // the rest gets its full time again
}

void Outbox::gap(base::Instant now) {
  // Counted from the last answer, not from the last publication: a busy session publishes all the time.
  if (now - answered_ < limits_.resend_gap) return;
  answered_ = now;
  next_ = first_.value;
  if (!bodies_.empty()) due_ = now;
}

Outbox::Batch Outbox::take(base::Instant now) {
  std::uint64_t end = first_.value + bodies_.size();
  if (next_ >= end || due_ > now) return probe(now);
  Batch batch{base::ReportNumber(next_), {}};
  if (next_ == first_.value) oldest_sent_ = now;
  for (std::size_t size = 0; next_ < end && batch.bodies.size() < limits_.message_reports; ++next_) {
    const std::string& body = bodies_[next_ - first_.value];
    if (!batch.bodies.empty() && size + body.size() > limits_.message_bytes) break;
    size += body.size();
    batch.bodies.push_back(body);
  }
  published_ = std::max(published_, next_ - 1);
  due_ = next_ < end ? now : base::kNever;
  return batch;
}

// When the oldest has waited for the RTO: that one again, no more. Whoever misses others as well asks for them,
// and a master that sleeps does not get the whole outbox into its buffers every two seconds.
Outbox::Batch Outbox::probe(base::Instant now) {
  if (bodies_.empty() || next_ == first_.value || oldest_sent_ + rto_ > now) return {};
  oldest_sent_ = now;
  rto_ = std::min(rto_ * 2, limits_.rto_most);
  return {first_, {bodies_.front()}};
}

base::Instant Outbox::due() const {
  if (bodies_.empty()) return base::kNever;
  base::Instant fresh = next_ < first_.value + bodies_.size() ? due_ : base::kNever;
  base::Instant again = next_ > first_.value ? oldest_sent_ + rto_ : base::kNever;
  return std::min(fresh, again);
}

}  // namespace dtest::broker
