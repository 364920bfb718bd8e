#include "bus/curve.hpp"

#include <string.h>
#include <zmq.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/error.hpp"

namespace dtest::bus {
namespace {

constexpr std::size_t kKeyBytes = 32;

bool is_key(std::string_view text) {
  if (text.size() != kKeyLength) return false;
  std::array<char, kKeyLength + 1> copy{};
  std::copy(text.begin(), text.end(), copy.begin());
  std::array<unsigned char, kKeyBytes> bytes{};
  const bool good = text.find('\0') == std::string_view::npos && zmq_z85_decode(bytes.data(), copy.data()) != nullptr;
  // A stray copy of a secret key would outlive the one that is wiped.
  ::explicit_bzero(copy.data(), copy.size());
  ::explicit_bzero(bytes.data(), bytes.size());
  return good;
}

}  // namespace

std::optional<PublicKey> PublicKey::parse(std::string_view text) {
  if (!is_key(text)) return std::nullopt;
  return PublicKey(std::string(text));
}

std::optional<PublicKey> PublicKey::from_bytes(std::string_view bytes) {
  if (bytes.size() != kKeyBytes) return std::nullopt;
  std::array<char, kKeyLength + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()), kKeyBytes);
  return PublicKey(std::string(text.data(), kKeyLength));
}

std::optional<SecretKey> SecretKey::parse(std::string_view text) {
  if (!is_key(text)) return std::nullopt;
  SecretKey key;
  std::copy(text.begin(), text.end(), key.text_.begin());
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : text_(other.text_) { other.wipe(); }

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    text_ = other.text_;
    other.wipe();
  }
  return *this;
}

void SecretKey::wipe() noexcept { ::explicit_bzero(text_.data(), text_.size()); }

KeyPair draw_key_pair() {
  std::array<char, kKeyLength + 1> open{};
  std::array<char, kKeyLength + 1> secret{};
  if (zmq_curve_keypair(open.data(), secret.data()) != 0) {
    throw base::Error(base::ExitCode::config, "this libzmq was built without CURVE, so that no keys can be made: "
                                              "install one that has it (libsodium)");
  }
  auto key = SecretKey::parse({secret.data(), kKeyLength});
  ::explicit_bzero(secret.data(), secret.size());
  return {*PublicKey::parse({open.data(), kKeyLength}), std::move(*key)};
}

KeyPair pair_of(SecretKey secret) {
  std::array<char, kKeyLength + 1> open{};
  if (zmq_curve_public(open.data(), secret.c_str()) != 0) throw std::logic_error("zmq_curve_public");
  return {*PublicKey::parse({open.data(), kKeyLength}), std::move(secret)};
}

}  // namespace dtest::bus
