// The links between one master and its nodes. In good networks a link delays and keeps its order, as a
// connection does; in bad ones it also loses, repeats and reorders frames.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "shared.hpp"

namespace dtest::simulation {

class Network {
 public:
  using Deliver = std::function<void()>;

  Network(Shared& shared, std::size_t links) : shared_(shared), free_(links), cut_until_(links) {}

  /// Calls `deliver` when, and as often as, the frame arrives. Links are one way.
  void send(std::size_t link, const Deliver& deliver);
  /// Nothing that is sent until then arrives.
  void cut(std::size_t link, base::Instant until) { cut_until_[link] = until; }

 private:
  Shared& shared_;
  std::vector<base::Instant> free_;       ///< what is sent now arrives not before
  std::vector<base::Instant> cut_until_;
};

inline void Network::send(std::size_t link, const Deliver& deliver) {
  const Scenario& s = shared_.scenario;
  base::Instant arrival = shared_.now() + shared_.random.between(base::Duration(50), s.delay_most);
  if (s.bad_network) {
    if (shared_.now() < cut_until_[link] || shared_.random.chance(s.lose)) {
      shared_.saw(Fault::frame_lost, link);
      return;
    }
    if (shared_.random.chance(s.twice)) {
      shared_.saw(Fault::frame_twice, link);
      // Also after the session that it was meant for.
      shared_.time.at(arrival + shared_.some(shared_.random.chance(0.3) ? 15'000'000 : 2'000'000), deliver);
    }
    if (shared_.random.chance(s.late)) {
      shared_.saw(Fault::frame_late, link);
      // Now and then as late as what sat in a buffer while a machine slept.
      const std::uint64_t how = shared_.random.below(10);
      shared_.time.at(arrival + shared_.some(how == 0 ? 30'000'000 : how < 4 ? 3'000'000 : 300'000), deliver);
      return;
    }
  }
  arrival = std::max(arrival, free_[link]);
  free_[link] = arrival;
  shared_.time.at(arrival, deliver);
}

}  // namespace dtest::simulation
