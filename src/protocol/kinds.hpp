// The `k` of every message, in the order of its variant. Only for the .cpp files of this folder.
#pragma once
#include <array>
#include <string_view>
#include <variant>

#include "protocol/local.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"

namespace dtest::protocol {

template <class Variant>
struct Kinds;

template <>
struct Kinds<Work> {
  static constexpr std::array<std::string_view, 8> names{"hello", "item", "ping", "cancel",
                                                         "bye", "synced", "slots", "ask"};
};
template <>
struct Kinds<Body> {
  static constexpr std::array<std::string_view, 16> names{"booting", "plan", "booted", "setup", "bootfail",
                                                          "notice", "up", "exit", "start", "list",
                                                          "example", "error", "end", "closed", "workspace",
                                                          "printed"};
};
template <>
struct Kinds<LocalWork> {
  static constexpr std::array<std::string_view, 4> names{"boot", "fork", "item", "quit"};
};
template <>
struct Kinds<LocalBody> {
  static constexpr std::array<std::string_view, 14> names{"hello", "loading", "plan", "loaded", "forked",
                                                          "bootfail", "notice", "ready", "list", "begin",
                                                          "example", "error", "done", "bye"};
};
using Content = decltype(Result::content);
template <>
struct Kinds<Content> {
  static constexpr std::array<std::string_view, 5> names{"beat", "reports", "nosession", "refused", "status"};
};

template <class Variant>
constexpr std::string_view kind_of(const Variant& v) {
  static_assert(Kinds<Variant>::names.size() == std::variant_size_v<Variant>);
  return Kinds<Variant>::names[v.index()];
}

}  // namespace dtest::protocol
