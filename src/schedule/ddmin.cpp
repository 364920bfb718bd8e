#include "schedule/ddmin.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace dtest::schedule {
namespace {

using Part = Ddmin::Part;

// As even as can be; none is empty as long as there are not more pieces than elements.
std::vector<Part> split(const Part& whole, std::size_t pieces) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < pieces; ++i) {
    const auto from = static_cast<std::ptrdiff_t>(whole.size() * i / pieces);
    const auto to = static_cast<std::ptrdiff_t>(whole.size() * (i + 1) / pieces);
    parts.emplace_back(whole.begin() + from, whole.begin() + to);
  }
  return parts;
}

Part without(const Part& whole, const Part& part) {
  Part rest;
  std::set_difference(whole.begin(), whole.end(), part.begin(), part.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

Ddmin::Ddmin(std::size_t count, std::size_t width) : width_(std::max<std::size_t>(width, 2)), smallest_(count) {
  std::iota(smallest_.begin(), smallest_.end(), std::size_t{0});
  pieces_ = width_;
  begin_round();
  advance();
}

void Ddmin::offer(Part part) {
  if (part.empty() || part.size() == smallest_.size() || passed_.contains(part)) return;
  if (std::find(waiting_.begin(), waiting_.end(), part) == waiting_.end()) waiting_.push_back(std::move(part));
}

void Ddmin::begin_round() {
  waiting_.clear();
  rests_ = false;
  pieces_ = std::min(pieces_, smallest_.size());
  if (pieces_ > 1)
    for (const Part& piece : split(smallest_, pieces_)) offer(piece);
}

void Ddmin::offer_rests() {
  rests_ = true;
  for (const Part& piece : split(smallest_, pieces_)) offer(without(smallest_, piece));
}

// First the pieces; when none of them fails, what is left without each; then finer pieces, until taking away each single
// element was tried.
void Ddmin::advance() {
  while (waiting_.empty() && running_.empty() && !done_) {
    if (!rests_) {
      offer_rests();
    } else if (pieces_ >= smallest_.size()) {
      done_ = true;
    } else {
      pieces_ *= 2;
      begin_round();
    }
  }
}

std::optional<Ddmin::Trial> Ddmin::next() {
  if (waiting_.empty()) return std::nullopt;
  Trial trial{++newest_, std::move(waiting_.front())};
  waiting_.pop_front();
  running_.emplace(trial.number, trial.part);
  return trial;
}

std::vector<std::uint64_t> Ddmin::take(std::uint64_t number, bool fails) {
  auto found = running_.extract(number);
  if (found.empty()) return {};
  std::vector<std::uint64_t> idle;
  if (fails) {
    const bool piece = found.mapped().size() * 2 <= smallest_.size();
    smallest_ = std::move(found.mapped());
    for (const auto& [other, part] : std::exchange(running_, {})) idle.push_back(other);
    pieces_ = piece ? width_ : std::max<std::size_t>(pieces_ - 1, 2);
    begin_round();
  } else {
    passed_.insert(std::move(found.mapped()));
  }
  advance();
  return idle;
}

}  // namespace dtest::schedule
