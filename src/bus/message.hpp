// What a socket hands up.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dtest::bus {

/// The frames of one message, never none. Bytes of a peer: nothing about them is checked but their size.
struct Message {
  std::vector<std::string> frames;
  std::string user;  ///< the key of the peer where the socket is a CURVE server (text of a PublicKey), else empty
  /// The last frame: the map of W, J, O and of R (whose first is the topic).
  [[nodiscard]] std::string_view body() const { return frames.back(); }
};

}  // namespace dtest::bus
