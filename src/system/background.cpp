#include "system/background.hpp"

#include <pthread.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "system/failure.hpp"

namespace dtest::system {

/// Shared with the thread, which may outlive the writer.
struct BackgroundWriter::State {
  struct Entry {
    Job job;
    std::size_t bytes;
  };
  explicit State(Limits l) : limits(l) {}

  const Limits limits;
  mutable std::mutex mutex;
  std::condition_variable changed;  // queue, done, closing
  std::deque<Entry> queue;
  std::size_t bytes = 0;            // of queue and of the job that runs
  bool running = false;             // a job
  bool closing = false;
  bool ended = false;               // the thread
  std::uint64_t offered = 0, done = 0;
  std::string error;

  void work();
  void run_one(std::unique_lock<std::mutex>& lock);
};

void BackgroundWriter::State::run_one(std::unique_lock<std::mutex>& lock) {
  Entry entry = std::move(queue.front());
  queue.pop_front();
  running = true;
  lock.unlock();
  std::string failed;
  try {
    entry.job();
  } catch (const std::exception& e) {
    failed = e.what();
  } catch (...) {
    failed = "unknown error";
  }
  entry.job = nullptr;  // what it owns goes outside the lock
  lock.lock();
  running = false;
  bytes -= entry.bytes;
  ++done;
  if (!failed.empty()) error = failed;
  changed.notify_all();
}

void BackgroundWriter::State::work() {
  std::unique_lock lock(mutex);
  while (true) {
    changed.wait(lock, [this] { return closing || !queue.empty(); });
    if (queue.empty()) break;
    run_one(lock);
  }
  ended = true;
  changed.notify_all();
}

BackgroundWriter::BackgroundWriter(Limits limits) : state_(std::make_shared<State>(limits)) {
  // Signals are for the loop's thread: this one, made with all of them blocked, never gets any.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    // Detached from the start: close() waits for `ended`, and for no longer than it is told.
    std::thread([state = state_] { state->work(); }).detach();
  } catch (const std::system_error& e) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw base::Error(base::ExitCode::internal, std::string("cannot start a thread: ") + e.what());
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

BackgroundWriter::~BackgroundWriter() { close(base::Duration::zero()); }

bool BackgroundWriter::offer(Job job, std::size_t bytes) {
  const std::lock_guard lock(state_->mutex);
  State& s = *state_;
  const bool busy = s.running || !s.queue.empty();
  if (s.closing || s.queue.size() >= s.limits.jobs) return false;
  if (busy && s.bytes + bytes > s.limits.bytes) return false;
  s.queue.push_back({std::move(job), bytes});
  s.bytes += bytes;
  ++s.offered;
  s.changed.notify_all();
  return true;
}

bool BackgroundWriter::flush(base::Duration limit) {
  std::unique_lock lock(state_->mutex);
  const std::uint64_t wanted = state_->offered;
  return state_->changed.wait_for(lock, limit, [&] { return state_->done >= wanted || state_->ended; });
}

bool BackgroundWriter::close(base::Duration limit) {
  std::deque<State::Entry> given_up;  // destroyed without the lock
  std::unique_lock lock(state_->mutex);
  state_->closing = true;
  state_->changed.notify_all();
  const auto idle = [&] { return state_->ended || (state_->queue.empty() && !state_->running); };
  if (state_->changed.wait_for(lock, limit, idle)) return true;
  given_up.swap(state_->queue);
  lock.unlock();
  return false;
}

std::size_t BackgroundWriter::waiting() const {
  const std::lock_guard lock(state_->mutex);
  return state_->queue.size() + (state_->running ? 1 : 0);
}

std::string BackgroundWriter::last_error() const {
  const std::lock_guard lock(state_->mutex);
  return state_->error;
}

}  // namespace dtest::system
