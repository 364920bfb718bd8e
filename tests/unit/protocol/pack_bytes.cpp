#include "pack_bytes.hpp"

#include <msgpack.hpp>

namespace dtest::protocol {
namespace {

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (c == '\n') out += "\\n";
    else out += c;
  }
  out += '"';
}

void write(std::string& out, const msgpack::object& o) {
  static const char* digits = "0123456789abcdef";
  switch (o.type) {
    case msgpack::type::BIN:
      out += "\"hex:";
      for (std::uint32_t i = 0; i < o.via.bin.size; ++i) {
        auto byte = static_cast<unsigned char>(o.via.bin.ptr[i]);
        (out += digits[byte >> 4U]) += digits[byte & 15U];
      }
      out += '"';
      break;
    case msgpack::type::STR: write_text(out, {o.via.str.ptr, o.via.str.size}); break;
    case msgpack::type::POSITIVE_INTEGER: out += std::to_string(o.via.u64); break;
    case msgpack::type::NEGATIVE_INTEGER: out += std::to_string(o.via.i64); break;
    case msgpack::type::BOOLEAN: out += o.via.boolean ? "true" : "false"; break;
    case msgpack::type::ARRAY:
      out += '[';
      for (std::uint32_t i = 0; i < o.via.array.size; ++i) {
        if (i > 0) out += ", ";
        write(out, o.via.array.ptr[i]);
      }
      out += ']';
      break;
    case msgpack::type::MAP:
      out += '{';
      for (std::uint32_t i = 0; i < o.via.map.size; ++i) {
        if (i > 0) out += ", ";
        write(out, o.via.map.ptr[i].key);
        out += ": ";
        write(out, o.via.map.ptr[i].val);
      }
      out += '}';
      break;
    default: out += "null";
  }
}

// The map again, from (key, bytes of the value).
std::string rebuild(const std::vector<std::pair<std::string, std::string>>& entries) {
  msgpack::sbuffer buffer;
  msgpack::packer<msgpack::sbuffer> packer(buffer);
  packer.pack_map(static_cast<std::uint32_t>(entries.size()));
  for (const auto& [key, value] : entries) {
    packer.pack(key);
    buffer.write(value.data(), value.size());
  }
  return {buffer.data(), buffer.size()};
}

std::vector<std::pair<std::string, std::string>> entries(std::string_view bytes) {
  msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size());
  std::vector<std::pair<std::string, std::string>> all;
  for (std::uint32_t i = 0; i < handle.get().via.map.size; ++i) {
    const msgpack::object_kv& kv = handle.get().via.map.ptr[i];
    msgpack::sbuffer value;
    msgpack::pack(value, kv.val);
    all.emplace_back(kv.key.as<std::string>(), std::string(value.data(), value.size()));
  }
  return all;
}

template <class T>
std::string packed(const T& value) {
  msgpack::sbuffer buffer;
  msgpack::pack(buffer, value);
  return {buffer.data(), buffer.size()};
}

}  // namespace

std::string readable(std::string_view bytes) {
  msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size());
  std::string out = "{\n";
  const msgpack::object_map& map = handle.get().via.map;
  for (std::uint32_t i = 0; i < map.size; ++i) {
    out += "  ";
    write(out, map.ptr[i].key);
    out += ": ";
    write(out, map.ptr[i].val);
    out += i + 1 < map.size ? ",\n" : "\n";
  }
  return out + "}\n";
}

std::vector<std::string> keys(std::string_view bytes) {
  std::vector<std::string> all;
  for (const auto& [key, value] : entries(bytes)) all.push_back(key);
  return all;
}

std::string without(std::string_view bytes, const std::string& key) {
  auto all = entries(bytes);
  std::erase_if(all, [&](const auto& entry) { return entry.first == key; });
  return rebuild(all);
}

std::string with(std::string_view bytes, const std::string& key, std::string_view value) {
  auto all = entries(bytes);
  for (auto& [name, old] : all) {
    if (name != key) continue;
    old = value;
    return rebuild(all);
  }
  all.emplace_back(key, value);
  return rebuild(all);
}

std::string pack_text(const std::string& text) { return packed(text); }
std::string pack_int(long long value) { return packed(value); }
std::string pack_nil() { return packed(msgpack::type::nil_t()); }
std::string pack_nest(int depth) { return std::string(static_cast<std::size_t>(depth), '\x91') + '\xc0'; }

}  // namespace dtest::protocol
