// Where keys lie in the user's configuration directory.
#pragma once

namespace dtest::config {

constexpr const char* kOwnKey = "/key";        ///< of the person who runs dtest
constexpr const char* kNodeKey = "/node-key";  ///< of the person's dtestd
constexpr const char* kAllowed = "/allowed";   ///< public keys of who may use that dtestd
constexpr const char* kReaders = "/readers";   ///< public keys of who may read the person's event streams
constexpr const char* kKnown = "/nodes";       ///< public keys of the nodes that the person uses

}  // namespace dtest::config
