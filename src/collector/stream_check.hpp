// The frame of a stored stream: envelopes, numbers without gaps, one beginning and one end (dtest-events(7)).
#pragma once
#include <cstdint>
#include <string>

#include "collector/stored_event.hpp"

namespace dtest::collector {

class StreamCheck {
 public:
  /// In the order of the file. False: the event is none to account with.
  bool take(const StoredEvent& event);
  void finish(Violations& violations) const;

  [[nodiscard]] const std::string& run() const { return run_; }
  /// Of the file, those of the socket left out.
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  void check_names(const StoredEvent& event);
  void check_number(const StoredEvent& event);
  void check_order(const StoredEvent& event);

  std::string run_, stream_;
  std::uint64_t events_ = 0, seq_ = 0, ts_ = 0;
  double elapsed_ = 0;
  bool ended_ = false;
};

}  // namespace dtest::collector
