#include "base/ids.hpp"

#include <algorithm>

namespace dtest::base {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string RunId::hex() const {
  std::string text;
  text.reserve(32);
  for (std::uint8_t b : bytes) {
    text.push_back(kDigits[b >> 4U]);
    text.push_back(kDigits[b & 15U]);
  }
  return text;
}

std::string runner_name(Slot slot) { return "runner " + std::to_string(slot.value); }

std::string RunId::brief() const { return hex().substr(0, 8); }

std::optional<RunId> RunId::from_hex(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  RunId id;
  for (std::size_t i = 0; i < 16; ++i) {
    int high = digit(text[2 * i]);
    int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

std::optional<RunId> RunId::from_bytes(std::string_view raw) {
  if (raw.size() != 16) return std::nullopt;
  RunId id;
  std::transform(raw.begin(), raw.end(), id.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return id;
}

}  // namespace dtest::base
