// What is known of an item before the attempt that is open: what void attempts, and those that it retries, said of its
// examples. It stands where nothing later says otherwise. Pure.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/settle.hpp"

namespace dtest::collector {

class Past {
 public:
  /// What the example came to that this item retries; `not_run`: to nothing. `past`: of where it did (null: none).
  void retries(const Past* past, const Closing& before);
  /// An attempt that counts for nothing. `end.why` is for people.
  void add(const AttemptAccount& attempt, const protocol::ItemEnd& end);

  /// If the example is good in the next attempt, it is flaky: it was bad, or was running when its runner ended, or its
  /// file did not load.
  [[nodiscard]] bool suspects(std::string_view example) const;
  /// The item itself was bad, by no example's fault, when it was last tried to its end.
  [[nodiscard]] bool own_failure() const { return own_.has_value(); }
  /// Some attempt said something that can stand.
  [[nodiscard]] bool speaks() const { return spoken_ > 0 || own_; }
  /// Fills in what `attempt` (null: none was accepted) did not say: each example that it left out, or that it did not
  /// come to, is what it was last, and not run where no attempt came to it. `reason`: why, for these. `handed`: they are
  /// another item's business.
  void stand_in(const AttemptAccount* attempt, const std::set<std::string, std::less<>>* handed,
                const std::string& reason, Settled& verdicts) const;
  /// Where none was accepted, how the item itself was bad when it was last tried to its end.
  [[nodiscard]] const std::optional<OwnFailure>& own() const { return own_; }
  /// The newest attempt of which anything was heard did not end by itself.
  [[nodiscard]] bool cut_off() const { return cut_off_; }
  /// The newest attempt that ended by itself; none: all were cut off.
  [[nodiscard]] const std::optional<protocol::ItemEnd>& last() const { return last_; }

 private:
  struct Known {
    protocol::ListedExample example;
    std::optional<Status> said;
    std::string reason;
    bool alone_on_line = true;
    bool bad_before = false;       ///< before it was `said`
  };
  Known& known(const protocol::ListedExample& example);
  void say(const protocol::ListedExample& example, Status status, const std::string& reason, bool alone_on_line);

  std::deque<Known> known_;        // a deque, because by_id_ holds views into it
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::uint64_t spoken_ = 0;
  bool unloaded_ = false, cut_off_ = false;
  std::optional<OwnFailure> own_;
  std::optional<protocol::ItemEnd> last_;
};

}  // namespace dtest::collector
