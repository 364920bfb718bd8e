// Keys of CURVE, and which side of it a socket takes.
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace dtest::bus {

/// Characters of a key in Z85, the form in which it is written.
constexpr std::size_t kKeyLength = 40;

/// 40 characters of Z85 that stand for 32 bytes. A value; may be shown to anybody.
class PublicKey {
 public:
  /// Nothing: not 40 characters of Z85.
  static std::optional<PublicKey> parse(std::string_view text);
  /// From the 32 bytes that the ZAP handler gets; nothing when there are not 32.
  static std::optional<PublicKey> from_bytes(std::string_view bytes);
  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;

 private:
  explicit PublicKey(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The secret half. Cannot be copied; its bytes are wiped when it ends or is moved from. Never log it.
class SecretKey {
 public:
  static std::optional<SecretKey> parse(std::string_view text);
  ~SecretKey() { wipe(); }
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  [[nodiscard]] std::string_view text() const { return {text_.data(), kKeyLength}; }
  /// For libzmq: the text and a final NUL.
  [[nodiscard]] const char* c_str() const { return text_.data(); }

 private:
  SecretKey() = default;
  void wipe() noexcept;
  std::array<char, kKeyLength + 1> text_{};
};

struct KeyPair {
  PublicKey open;
  SecretKey secret;
};

/// A new pair from the system's random source. Throws base::Error (78) where libzmq was built without CURVE.
KeyPair draw_key_pair();
/// The pair that this secret key belongs to.
KeyPair pair_of(SecretKey secret);

/// A socket without keys: ipc only.
struct NoCurve {};
/// The side that listens; who may connect is for the ZAP handler of the context to say (bus/zap.hpp).
struct CurveServer {
  const KeyPair* own;
};
/// The side that connects: to this server and no other.
struct CurveClient {
  const KeyPair* own;
  PublicKey server;
};
/// The pairs must live until the socket is made.
using Curve = std::variant<NoCurve, CurveServer, CurveClient>;

/// The ZAP domain of every CURVE server here.
constexpr const char* kZapDomain = "distributest";

}  // namespace dtest::bus
