// Names that cross processes. Each is a type of its own, so that an attempt is never taken for an item.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace dtest::base {

/// A number with a meaning. Copies and compares; arithmetic is `next()` only.
template <class Tag, class Rep>
struct Number {
  using rep = Rep;
  Rep value{};
  constexpr Number() = default;
  constexpr explicit Number(Rep v) : value(v) {}
  [[nodiscard]] constexpr Number next() const { return Number(static_cast<Rep>(value + 1)); }
  friend constexpr auto operator<=>(const Number&, const Number&) = default;
};

using Epoch = Number<struct EpochTag, std::uint64_t>;          ///< a session's random number, drawn by the node
using JobNumber = Number<struct JobTag, std::uint64_t>;        ///< from 1, without gaps per epoch
using ReportNumber = Number<struct ReportTag, std::uint64_t>;  ///< from 1, without gaps per epoch
using BeatNumber = Number<struct BeatTag, std::uint64_t>;
using SessionNumber = Number<struct SessionTag, std::uint32_t>;  ///< the master's count of sessions at one node
using ItemId = Number<struct ItemTag, std::uint32_t>;            ///< dense, from 0
using Attempt = Number<struct AttemptTag, std::uint32_t>;        ///< from 1
using Slot = Number<struct SlotTag, std::uint32_t>;              ///< runner, from 1; 0 is the boot process
using Incarnation = Number<struct IncarnationTag, std::uint32_t>;  ///< process of a slot, from 1

constexpr Slot kBootSlot{0};

/// "runner 3": how people are told of it.
std::string runner_name(Slot slot);

/// A run's name: 128 random bits. Shown as 32 hexadecimal digits or a unique prefix of them.
struct RunId {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] std::string hex() const;
  /// The first eight digits: what people see when nothing is known of other runs.
  [[nodiscard]] std::string brief() const;
  /// Exactly 32 hexadecimal digits, else nothing.
  static std::optional<RunId> from_hex(std::string_view text);
  /// Exactly 16 bytes, else nothing.
  static std::optional<RunId> from_bytes(std::string_view raw);
  friend auto operator<=>(const RunId&, const RunId&) = default;
};

}  // namespace dtest::base

template <class Tag, class Rep>
struct std::hash<dtest::base::Number<Tag, Rep>> {
  std::size_t operator()(const dtest::base::Number<Tag, Rep>& n) const noexcept { return std::hash<Rep>{}(n.value); }
};
