#include "cli/bisection.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "schedule/ddmin.hpp"
#include "system/clock.hpp"

namespace dtest::cli {
namespace {

using history::Seen;
using Files = std::vector<std::string>;

constexpr std::uint64_t kWhole = 1'000'000'000, kAlone = kWhole + 1, kProof = kWhole + 2;  // beside ddmin's numbers

// A line that is rewritten on a terminal, above it the steps; elsewhere the steps alone.
class Progress {
 public:
  Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void step(const std::string& text) {
    clear();
    std::cerr << text << "\n" << std::flush;
  }
  void now(const std::string& text) {
    if (!terminal_) return;
    std::cerr << "\r\033[K" << text << std::flush;
    shown_ = true;
  }

 private:
  void clear() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
    shown_ = false;
  }
  bool terminal_, shown_ = false;
};

class Bisection {
 public:
  Bisection(const BisectQuestion& question, Trials::Setting setting)
      : question_(question), width_(setting.width), trials_(std::move(setting)), began_(clock_.now()) {}

  BisectAnswer run() {
    BisectAnswer answer;
    answer.verdict = search();
    answer.files = files_;
    answer.tries = trials_.count();
    answer.otherwise = otherwise_;
    answer.secs = base::seconds(clock_.now() - began_);
    answer.signal = trials_.asked_to_end();
    return answer;
  }

 private:
  BisectVerdict search() {
    const BisectVerdict first = ends();
    if (first != BisectVerdict::found) return first;
    if (!shrink()) return BisectVerdict::stopped;
    trials_.start(kProof, files_, true);
    const auto proof = wait("once more after " + base::plural(files_.size(), "file"));
    if (!proof) return BisectVerdict::stopped;
    return proof->seen == Seen::same ? BisectVerdict::found : BisectVerdict::not_always;
  }

  // All files before it, and none: found means that it fails after all and does not fail alone.
  BisectVerdict ends() {
    files_ = question_.before;
    if (!files_.empty()) trials_.start(kWhole, files_, true);
    bool alone = files_.empty() || trials_.has_room();
    if (alone) trials_.start(kAlone, {}, files_.empty());
    bool whole_fails = false;
    for (;;) {
      const auto ended = wait(files_.empty() ? "alone" : "after all files before it");
      if (!ended) return BisectVerdict::stopped;
      const bool fails = ended->seen == Seen::same;
      if (ended->number == kAlone) {
        progress_.step(fmt::format("alone it {} ({})", fails ? "fails" : word(*ended), base::show_secs(ended->secs)));
        alone_known_ = true;
        if (fails) return files_.clear(), trials_.give_up(kWhole), BisectVerdict::alone;
        if (files_.empty()) return BisectVerdict::not_again;
      } else {
        progress_.step(fmt::format("after all {} it {} ({})", base::plural(files_.size(), "file"),
                                   fails ? "fails again" : word(*ended), base::show_secs(ended->secs)));
        if (!fails) return trials_.give_up(kAlone), BisectVerdict::not_again;
        whole_fails = true;
        if (!std::exchange(alone, true)) trials_.start(kAlone, {}, true);
      }
      if (whole_fails && alone_known_) return BisectVerdict::found;
    }
  }

  bool shrink() {
    schedule::Ddmin ddmin(question_.before.size(), width_);
    while (!ddmin.done()) {
      while (trials_.has_room()) {
        const auto trial = ddmin.next();
        if (!trial) break;
        trials_.start(trial->number, names(trial->part), false);
      }
      const auto ended = wait(base::plural(ddmin.smallest().size(), "file") + " left");
      if (!ended) return false;
      const std::size_t left = ddmin.smallest().size();
      for (const std::uint64_t idle : ddmin.take(ended->number, ended->seen == Seen::same)) trials_.give_up(idle);
      if (ddmin.smallest().size() < left)
        progress_.step(fmt::format("{} left after {}", base::plural(ddmin.smallest().size(), "file"),
                                   trials_.count() == 1 ? "1 try" : fmt::format("{} tries", trials_.count())));
      files_ = names(ddmin.smallest());
    }
    // Its number becomes free when the last of the others has ended.
    while (!trials_.is_free(question_.place.runner))
      if (!wait("") && trials_.asked_to_end() != 0) return false;
    return true;
  }

  [[nodiscard]] Files names(const schedule::Ddmin::Part& part) const {
    Files files;
    for (const std::size_t i : part) files.push_back(question_.before[i]);
    return files;
  }

  std::optional<Trials::Ended> wait(const std::string& what) {
    for (;;) {
      const base::Instant now = clock_.now();
      if (!what.empty())
        progress_.now(fmt::format("{}, {} running, {}", what, trials_.running(),
                                  base::show_secs(base::seconds(now - began_))));
      const std::size_t before = trials_.running();
      auto ended = trials_.wait(now + std::chrono::seconds(1));
      if (ended) {
        otherwise_ += ended->seen == Seen::other ? 1 : 0;
        return ended;
      }
      if (trials_.asked_to_end() != 0 || before == 0) return std::nullopt;
    }
  }

  static std::string word(const Trials::Ended& ended) {
    return ended.seen == Seen::other ? "fails in another way" : "passes";
  }

  const BisectQuestion& question_;
  std::size_t width_;
  system::SystemClock clock_;
  Trials trials_;
  Progress progress_;
  base::Instant began_;
  Files files_;
  std::size_t otherwise_ = 0;
  bool alone_known_ = false;
};

}  // namespace

BisectAnswer bisect(const BisectQuestion& question, const std::string& program, const std::string& directory,
                    std::size_t width) {
  Trials::Setting setting{program, directory, question.name, question.symptom, question.place.runner,
                          std::max(question.runners, static_cast<std::uint32_t>(width)), width};
  return Bisection(question, std::move(setting)).run();
}

}  // namespace dtest::cli
