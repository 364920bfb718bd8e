// The door of an event stream on TCP: the run's own key, and whose keys may read.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/loop.hpp"
#include "bus/zap.hpp"

namespace dtest::cli {

/// Lets in whoever has this person's own key, and the keys that lie as NAME.pub in `readers` beside it when the run
/// begins. Made before its socket, and lives longer.
class StreamDoor {
 public:
  using Tell = std::function<void(const std::string& text)>;

  /// `tell`: of readers that are refused, the first ten. Throws base::Error (78, 77) for a key that is missing, or that
  /// others could have put there.
  StreamDoor(const std::string& key_file, bus::Context& context, bus::Loop& loop, Tell tell);
  [[nodiscard]] bus::Curve side() const { return bus::CurveServer{&own_}; }

 private:
  void refuse(const std::string& why, const std::string& address);

  Tell tell_;
  bus::KeyPair own_;
  std::string readers_;
  std::set<bus::PublicKey> allowed_;
  std::uint64_t refused_ = 0;
  bus::Zap zap_;
  bus::Loop::Watch watch_;
};

/// None for an endpoint that is not on TCP.
std::unique_ptr<StreamDoor> make_stream_door(const std::string& endpoint, const std::string& key_file,
                                             bus::Context& context, bus::Loop& loop, StreamDoor::Tell tell);

}  // namespace dtest::cli
