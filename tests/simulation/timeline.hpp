// Virtual time: what is to happen when. Equal instants keep the order in which they were asked for.
#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace dtest::simulation {

class Timeline {
 public:
  using Task = std::function<void()>;

  [[nodiscard]] base::Instant now() const { return now_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

  void at(base::Instant when, Task task) {
    if (free_.empty()) {
      free_.push_back(tasks_.size());
      tasks_.emplace_back();
    }
    tasks_[free_.back()] = std::move(task);
    heap_.push_back({std::max(when, now_), next_++, free_.back()});
    free_.pop_back();
    std::push_heap(heap_.begin(), heap_.end(), Later{});
  }
  void after(base::Duration delay, Task task) { at(now_ + delay, std::move(task)); }

  /// Does the next thing. False: there is none.
  bool step() {
    if (heap_.empty()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    const Entry entry = heap_.back();
    heap_.pop_back();
    free_.push_back(entry.task);
    const Task task = std::exchange(tasks_[entry.task], nullptr);
    now_ = entry.when;
    ++steps_;
    task();
    return true;
  }

 private:
  struct Entry {
    base::Instant when;
    std::uint64_t order;
    std::size_t task;  // its place: a heap of numbers costs less to keep in order than one of tasks
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };

  std::vector<Entry> heap_;
  std::vector<Task> tasks_;
  std::vector<std::size_t> free_;
  base::Instant now_{base::Duration(1'000'000'000)};
  std::uint64_t next_ = 0, steps_ = 0;
};

}  // namespace dtest::simulation
