// The account of a run: every planned file, and every announced example, ends with exactly one verdict. Verdicts are
// provisional until their attempt is accepted, and void when it is not. Pure; memory grows with the files planned.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/attempt.hpp"
#include "collector/past.hpp"
#include "collector/settle.hpp"
#include "master/listener.hpp"

namespace dtest::collector {

/// The sum of what became of the items of one file.
struct FileResult {
  Status status = Status::passed;
  Counts counts;
  bool flaky = false;
  base::Duration took{}, load{}, cpu{};
  std::uint64_t rss_kb = 0;            ///< the most
};

/// The answer to a verdict.
struct Taken {
  bool stale = false;                  ///< nothing was counted: the attempt is over, or the item unknown
  AttemptAccount::Took took = AttemptAccount::Took::counted;
  bool flaky = false;
  bool alone_on_line = true;           ///< no other example of the item has its line
};

/// The answer to the end of an attempt.
struct Over {
  bool stale = false;                  ///< the item was settled before, or the attempt was
  bool voided = false;                 ///< counts for nothing
  bool settled = false;                ///< there will be no other attempt
  Settled verdicts;                    ///< of an accepted attempt, and what stands of earlier ones
  std::optional<protocol::ItemEnd> last;     ///< none was accepted: the newest void attempt that ended by itself
  std::optional<FileResult> file;      ///< the file's last item was settled, and at least one of them ran
};

/// An item that nobody settled before the run was over.
struct Left {
  base::ItemId item;
  Settled verdicts;                    ///< what stands of void attempts
  protocol::ItemEnd end;               ///< of the newest of them that ended by itself
  std::optional<FileResult> file;      ///< as in Over
};

class Ledger {
 public:
  /// Throws std::logic_error when the item was added before. Items of one path are parts of one file.
  /// `in_part`: examples of the file are in none of its items.
  void add(base::ItemId item, const std::string& path, std::optional<double> expect_secs = std::nullopt,
           bool in_part = false);
  [[nodiscard]] bool knows(base::ItemId item) const;
  /// Of a known item.
  [[nodiscard]] const std::string& path(base::ItemId item) const;
  [[nodiscard]] std::optional<double> expect_secs(base::ItemId item) const;
  /// Of the attempt that is open; null: none is.
  [[nodiscard]] const AttemptAccount* account(base::ItemId item) const;
  /// Neither settled nor begun.
  [[nodiscard]] bool is_queued(base::ItemId item) const;

  /// False: stale. A later attempt than the open one makes that one void.
  bool start(base::ItemId item, base::Attempt attempt);
  struct Listed { bool stale = false; std::vector<std::string> twice; };
  Listed announce(const protocol::ExampleList& part);
  Taken verdict(const protocol::Example& example, Status status);
  /// False: stale. Without an item it counts at once.
  bool error_outside(const protocol::OutsideError& error);
  /// Ids of what would be bad, or not run, if this attempt were accepted now. Empty, where the file itself is to
  /// blame: no retry of examples mends that.
  [[nodiscard]] std::vector<std::string> to_retry(const protocol::ItemEnd& end) const;
  /// Those examples of the open attempt are a new item's business from now on: its verdicts replace theirs. Where it
  /// comes to nothing, theirs stand. Returns what they were.
  std::vector<Closing> retry(const protocol::ItemEnd& end, const master::Retry& retry);
  Over over(const protocol::ItemEnd& end, master::Decision decision);
  /// How many retries came before this item.
  [[nodiscard]] std::uint32_t retries(base::ItemId item) const;
  /// The run is over: what is open becomes void, and what is not settled was not run.
  std::vector<Left> close(const std::string& reason);

  /// Final and provisional verdicts; `final_counts` only what is accepted.
  [[nodiscard]] Counts counts() const { return final_ + provisional_; }
  [[nodiscard]] const Counts& final_counts() const { return final_; }
  [[nodiscard]] std::uint64_t errors_outside() const { return errors_ + provisional_errors_; }
  /// Examples, and whole files (id empty), that were not run; as they were settled.
  [[nodiscard]] const std::vector<NotRun>& not_run() const { return not_run_; }
  [[nodiscard]] std::uint64_t files() const { return files_.size(); }
  [[nodiscard]] std::uint64_t files_done() const { return files_done_; }
  [[nodiscard]] std::uint64_t flaky_files() const { return flaky_files_; }
  [[nodiscard]] std::uint64_t items() const { return items_added_; }
  [[nodiscard]] std::uint64_t settled() const { return items_settled_; }
  /// Items that have not begun.
  [[nodiscard]] std::uint64_t queued() const { return queued_; }

 private:
  struct File { std::string path; std::uint32_t open_items = 0, items_not_run = 0; };
  using Handed = std::set<std::string, std::less<>>;
  struct Item {
    std::uint32_t file = 0;
    float expect_secs = -1;
    bool known = false, settled = false, in_part = false;
    std::uint32_t last_over = 0;
    std::uint32_t retries = 0;                 ///< before this item
    std::uint32_t attempt = 0;                 ///< of `open`
    std::unique_ptr<AttemptAccount> open;
    std::unique_ptr<Past> past;                ///< none: there were no other attempts, and it is no retry
    std::unique_ptr<Handed> handed;            ///< examples that another item is to settle
  };

  Item* open(base::ItemId item, base::Attempt attempt);
  std::unique_ptr<AttemptAccount> drop_open(Item& item);
  void remember(Item& item, const protocol::ItemEnd& end);
  void remember_cut_off(Item& item);
  void accept(Item& item, const protocol::ItemEnd& end, Over& over);
  void count(Item& item, const protocol::ItemEnd& end, Settled& verdicts, FileResult& result);
  void count_closing(Item& item, const Closing& closing, FileResult& result);
  void count_cut_off(Item& item, const std::string& reason, FileResult& result);
  std::optional<FileResult> give_up(Item& item, const std::string& reason, Settled& verdicts);
  void not_run(Item& item, const std::string& reason);
  std::optional<FileResult> settle_item(Item& item, const FileResult* result);

  std::vector<Item> items_;                    // by id
  std::deque<File> files_;                     // a deque, because by_path_ holds views into it
  std::unordered_map<std::string_view, std::uint32_t> by_path_;
  std::map<std::uint32_t, FileResult> parts_;  // of files with items to come
  Counts final_, provisional_;
  std::uint64_t errors_ = 0, provisional_errors_ = 0;
  std::vector<NotRun> not_run_;
  std::uint64_t files_done_ = 0, flaky_files_ = 0, items_added_ = 0, items_settled_ = 0, queued_ = 0;
};

}  // namespace dtest::collector
