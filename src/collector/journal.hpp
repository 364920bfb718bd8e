// The raw record of a run: what was said about every item, in the order in which it came, and nothing concluded: not
// even what was late. Written where it comes in, before the ledger hears of it, so that the audit can account for the
// run from something that the ledger did not make.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "collector/event.hpp"
#include "master/listener.hpp"

namespace dtest::collector {

enum class Said : std::uint8_t {
  planned,    ///< the item exists
  started,    ///< an attempt at it is under way
  announced,  ///< the example will run
  listed,     ///< the last part of the list of examples has come
  verdict,    ///< of the example
  outside,    ///< an error outside examples
  accepted,   ///< the attempt counts
  doubted,    ///< likewise to voided; but it counts if no other attempt does
  voided,     ///< the attempt counts for nothing; there will be another
  abandoned,  ///< the attempt counts for nothing, and there will be no other
  handed,     ///< the example is retried: what this attempt says of it does not count
  retry,      ///< the item exists, and is the retry of what another one handed
};

/// 16 bytes: two of them per example are all that the record costs.
struct Fact {
  std::uint64_t example = 0;  ///< hash of its id; planned: of the path; retry: the other item; accepted, voided,
                              ///< abandoned: hash of the example that was running, 0 = none
  std::uint32_t item = 0;
  std::uint32_t attempt : 20 = 0;
  std::uint32_t said : 4 = 0;
  std::uint32_t status : 4 = 0;   ///< verdict: its Status; accepted, voided, abandoned: the Outcome
  [[nodiscard]] Said kind() const { return static_cast<Said>(said); }
};

/// The item of an error that belongs to no item.
constexpr base::ItemId kNoItem{0xFFFFFFFF};

class Journal {
 public:
  // What the collector is told, as it is told.
  void planned(base::ItemId item, const std::string& path);
  void reported(const protocol::Body& body);
  void retried(const master::Retry& retry);
  void over(const protocol::ItemEnd& end, master::Decision decision);

  void note(Said said, base::ItemId item, base::Attempt attempt = {}, std::uint64_t example = 0, unsigned status = 0);
  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }

 private:
  std::vector<Fact> facts_;
};

/// FNV-1a, never 0. Only ids of one attempt at one item are compared, at most a million.
std::uint64_t hash_id(std::string_view text);

}  // namespace dtest::collector
