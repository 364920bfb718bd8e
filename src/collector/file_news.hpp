// What happens to files and examples, entered into the account and told as events. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "collector/desk.hpp"
#include "collector/settled_news.hpp"

namespace dtest::collector {

class FileNews {
 public:
  explicit FileNews(Desk& desk) : desk_(desk), settled_(desk) {}

  void start(const std::string& node, const protocol::ItemStart& body, base::Instant now);
  void list(const std::string& node, const protocol::ExampleList& body, base::Instant now);
  void example(const std::string& node, const protocol::Example& body, base::Instant now);
  void outside(const std::string& node, const protocol::OutsideError& body, base::Instant now);
  [[nodiscard]] std::vector<std::string> to_retry(const protocol::ItemEnd& end) const;
  /// Of the attempt that is about to be over.
  void retry(const protocol::ItemEnd& end, const master::Retry& retry);
  /// The runner is done with it; what becomes of the attempt is decided later.
  void held(const std::string& node, const protocol::ItemEnd& end, base::Instant now);
  void over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision, base::Instant now);
  /// The run is over: what is still open is void, and what is not settled was not run.
  void close(const std::string& reason, base::Instant now);

 private:
  void late(const std::string& node, const std::string& what, base::ItemId item, base::Attempt attempt,
            base::Instant now);
  [[nodiscard]] std::uint64_t announced(base::ItemId item) const;
  [[nodiscard]] Place place(const std::string& node, base::ItemId item) const;
  void tell_retries(const Place& place, base::Instant now);
  [[nodiscard]] std::string why_ended(const protocol::ItemEnd& end) const;
  [[nodiscard]] std::string why_killed(const protocol::ItemEnd& end) const;

  Desk& desk_;
  std::map<base::ItemId, Place> held_;  // where the held attempt of an item ran
  std::vector<TestRetry> retries_;      // to be told when the attempt is over
  SettledNews settled_;
};

}  // namespace dtest::collector
