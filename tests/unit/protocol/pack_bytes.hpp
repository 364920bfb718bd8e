// Messages taken apart and put together by hand, independently of the codec's own tables.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::protocol {

/// msgpack as one line of JSON a top-level key; binary as "hex:...". For people who read golden bytes.
std::string readable(std::string_view bytes);

/// Top-level keys of a map, in order.
std::vector<std::string> keys(std::string_view bytes);
/// The same map without a key.
std::string without(std::string_view bytes, const std::string& key);
/// The same map with this key's value replaced (or added) by these bytes of msgpack.
std::string with(std::string_view bytes, const std::string& key, std::string_view value);

std::string pack_text(const std::string& text);
std::string pack_int(long long value);
std::string pack_nil();
/// `depth` arrays in each other.
std::string pack_nest(int depth);

}  // namespace dtest::protocol
