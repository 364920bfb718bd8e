// How values become msgpack and come back: one `fields` function per message (fields.hpp) serves both
// directions through the two visitors of this file. Only for the .cpp files of this folder.
#pragma once
#include <cmath>
#include <limits>
#include <map>
#include <msgpack.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "protocol/fields.hpp"
#include "protocol/report.hpp"

namespace dtest::protocol {

/// Where a message is packed into.
class Buffer {
 public:
  Buffer() { bytes_.reserve(256); }  // most messages
  void write(const char* data, std::size_t size) {
    if (size == 1) bytes_.push_back(*data);  // most writes
    else bytes_.append(data, size);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};
using Packer = msgpack::packer<Buffer>;

/// A message that is not one: what is wrong with it.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Writer;
class Reader;

// ---- values to msgpack

inline void put(Packer& p, bool v) { p.pack(v); }
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
void put(Packer& p, T v) { p.pack(v); }
inline void put(Packer& p, const std::string& v) {
  p.pack_str(static_cast<std::uint32_t>(v.size()));
  p.pack_str_body(v.data(), static_cast<std::uint32_t>(v.size()));
}
inline void put(Packer& p, const Bytes& v) {
  p.pack_bin(static_cast<std::uint32_t>(v.data.size()));
  p.pack_bin_body(v.data.data(), static_cast<std::uint32_t>(v.data.size()));
}
inline void put(Packer& p, const base::RunId& v) {
  p.pack_bin(16);
  p.pack_bin_body(reinterpret_cast<const char*>(v.bytes.data()), 16);
}
inline void put(Packer& p, base::Duration v) { p.pack(static_cast<std::int64_t>(v.count())); }
template <class Tag, class Rep>
void put(Packer& p, base::Number<Tag, Rep> v) { p.pack(v.value); }
inline void put(Packer& p, Outcome v) { put(p, std::string(name(v))); }
template <class T>
void put(Packer& p, const std::vector<T>& v);
template <class T>
void put(Packer& p, const std::map<std::string, T>& v);
template <class T>
void put(Packer& p, const std::optional<T>& v) {
  if (v) put(p, *v);
  else p.pack_nil();
}
inline void put(Packer& p, const ListedExample& v) {
  p.pack_array(3);
  put(p, v.id);
  put(p, v.line);
  put(p, v.name);
}
template <class T>
  requires requires(T& t, Writer& w) { fields(w, t); }
void put(Packer& p, const T& v);
inline void put(Packer& p, const OneException& v);
inline void put(Packer& p, const MaybeException& v);
template <class T>
void put(Packer& p, const std::vector<T>& v) {
  p.pack_array(static_cast<std::uint32_t>(v.size()));
  for (const T& each : v) put(p, each);
}
template <class T>
void put(Packer& p, const std::map<std::string, T>& v) {
  p.pack_map(static_cast<std::uint32_t>(v.size()));
  for (const auto& [key, value] : v) {
    put(p, key);
    put(p, value);
  }
}

template <class T>
bool is_default(const T& v) {
  if constexpr (requires { v.empty(); }) return v.empty();
  else if constexpr (std::is_same_v<T, Bytes>) return v.data.empty();
  else if constexpr (requires { v.has_value(); }) return !v.has_value();
  else return v == T{};
}

/// First pass counts the fields that will be written, second pass writes them.
class Writer {
 public:
  Writer() = default;                              ///< counts
  explicit Writer(Packer& packer) : packer_(&packer) {}

  template <class T>
  void req(std::string_view key, const T& value) {
    ++count_;
    if (packer_ == nullptr) return;
    packer_->pack_str(static_cast<std::uint32_t>(key.size()));
    packer_->pack_str_body(key.data(), static_cast<std::uint32_t>(key.size()));
    put(*packer_, value);
  }
  /// Left out when it has its default value.
  template <class T>
  void opt(std::string_view key, const T& value) {
    if (!is_default(value)) req(key, value);
  }
  [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
  Packer* packer_ = nullptr;
  std::uint32_t count_ = 0;
};

/// The map of one value, with `head` (a callable on a Writer) before its own fields.
template <class T, class Head>
void put_map(Packer& p, const T& value, const Head& head) {
  auto& mutable_value = const_cast<T&>(value);  // the visitors share one signature; a Writer only reads
  Writer counter;
  head(counter);
  fields(counter, mutable_value);
  p.pack_map(counter.count());
  Writer writer(p);
  head(writer);
  fields(writer, mutable_value);
}

template <class T>
  requires requires(T& t, Writer& w) { fields(w, t); }
void put(Packer& p, const T& v) {
  put_map(p, v, [](Writer&) {});
}

inline void put(Packer& p, const OneException& v) {
  p.pack_array(1);
  put(p, *v.first);
}
inline void put(Packer& p, const MaybeException& v) {
  if (*v.first) put(p, OneException{&**v.first});
  else p.pack_array(0);
}

// ---- msgpack to values. Every `get` throws Malformed.

inline void get(const msgpack::object& o, bool& v) {
  if (o.type != msgpack::type::BOOLEAN) throw Malformed("not a boolean");
  v = o.via.boolean;
}
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
void get(const msgpack::object& o, T& v) {
  if (o.type == msgpack::type::POSITIVE_INTEGER) {
    if (o.via.u64 > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) throw Malformed("number out of range");
    v = static_cast<T>(o.via.u64);
  } else if (o.type == msgpack::type::NEGATIVE_INTEGER) {
    if (!std::is_signed_v<T> || o.via.i64 < static_cast<std::int64_t>(std::numeric_limits<T>::min()))
      throw Malformed("number out of range");
    v = static_cast<T>(o.via.i64);
  } else {
    throw Malformed("not an integer");
  }
}
inline void get(const msgpack::object& o, std::string& v) {
  if (o.type != msgpack::type::STR) throw Malformed("not a string");
  v.assign(o.via.str.ptr, o.via.str.size);
}
inline void get(const msgpack::object& o, Bytes& v) {
  if (o.type != msgpack::type::BIN) throw Malformed("not binary");
  v.data.assign(o.via.bin.ptr, o.via.bin.size);
}
inline void get(const msgpack::object& o, base::RunId& v) {
  Bytes raw;
  get(o, raw);
  auto id = base::RunId::from_bytes(raw.data);
  if (!id) throw Malformed("a run is 16 bytes");
  v = *id;
}
inline void get(const msgpack::object& o, base::Duration& v) {
  std::int64_t us = 0;
  get(o, us);
  if (us < 0) throw Malformed("negative time");
  v = base::Duration(us);
}
template <class Tag, class Rep>
void get(const msgpack::object& o, base::Number<Tag, Rep>& v) { get(o, v.value); }
inline void get(const msgpack::object& o, Outcome& v) {
  std::string text;
  get(o, text);
  auto outcome = outcome_from(text);
  if (!outcome) throw Malformed("unknown outcome");
  v = *outcome;
}
template <class T>
void get(const msgpack::object& o, std::vector<T>& v);
template <class T>
void get(const msgpack::object& o, std::map<std::string, T>& v);
template <class T>
void get(const msgpack::object& o, std::optional<T>& v);
inline void get(const msgpack::object& o, ListedExample& v) {
  if (o.type != msgpack::type::ARRAY || o.via.array.size < 3) throw Malformed("not a listed example");
  get(o.via.array.ptr[0], v.id);
  get(o.via.array.ptr[1], v.line);
  get(o.via.array.ptr[2], v.name);
}
template <class T>
  requires requires(T& t, Writer& w) { fields(w, t); }
void get(const msgpack::object& o, T& v);
inline void get(const msgpack::object& o, OneException& v);
inline void get(const msgpack::object& o, MaybeException& v);
template <class T>
void get(const msgpack::object& o, std::vector<T>& v) {
  if (o.type != msgpack::type::ARRAY) throw Malformed("not an array");
  v.clear();
  v.reserve(o.via.array.size);
  for (std::uint32_t i = 0; i < o.via.array.size; ++i) get(o.via.array.ptr[i], v.emplace_back());
}
template <class T>
void get(const msgpack::object& o, std::map<std::string, T>& v) {
  if (o.type != msgpack::type::MAP) throw Malformed("not a map");
  v.clear();
  for (std::uint32_t i = 0; i < o.via.map.size; ++i) {
    std::string key;
    get(o.via.map.ptr[i].key, key);
    get(o.via.map.ptr[i].val, v[key]);
  }
}
template <class T>
void get(const msgpack::object& o, std::optional<T>& v) {
  if (o.type == msgpack::type::NIL) v.reset();
  else get(o, v.emplace());
}

/// Looks the fields up in a map; keys that nobody asks for are ignored.
class Reader {
 public:
  explicit Reader(const msgpack::object& o) : map_(o) {
    if (o.type != msgpack::type::MAP) throw Malformed("not a map");
  }

  template <class T>
  void req(std::string_view key, T& value) {
    const msgpack::object* o = find(key);
    if (o == nullptr) throw Malformed("lacks '" + std::string(key) + "'");
    read(key, *o, value);
  }
  template <class T>
  void opt(std::string_view key, T& value) {
    const msgpack::object* o = find(key);
    if (o != nullptr && o->type != msgpack::type::NIL) read(key, *o, value);
  }
  /// Looks behind the key that was found last first: messages have their keys in the order of their fields.
  [[nodiscard]] const msgpack::object* find(std::string_view key) {
    const std::uint32_t size = map_.via.map.size;
    for (std::uint32_t tried = 0, i = next_; tried < size; ++tried, ++i) {
      if (i >= size) i = 0;
      const msgpack::object& k = map_.via.map.ptr[i].key;
      if (k.type != msgpack::type::STR || std::string_view(k.via.str.ptr, k.via.str.size) != key) continue;
      next_ = i + 1;
      return &map_.via.map.ptr[i].val;
    }
    return nullptr;
  }

 private:
  template <class T>
  static void read(std::string_view key, const msgpack::object& o, T& value) {
    try {
      get(o, value);
    } catch (const Malformed& e) {
      throw Malformed("'" + std::string(key) + "': " + e.what());
    }
  }
  const msgpack::object& map_;
  std::uint32_t next_ = 0;
};

template <class T>
  requires requires(T& t, Writer& w) { fields(w, t); }
void get(const msgpack::object& o, T& v) {
  Reader reader(o);
  fields(reader, v);
}

inline void get(const msgpack::object& o, OneException& v) {
  std::vector<Exception> all;
  get(o, all);
  if (all.empty()) throw Malformed("no exception");
  *v.first = std::move(all.front());
  v.first->causes.insert(v.first->causes.end(), std::make_move_iterator(all.begin() + 1),
                         std::make_move_iterator(all.end()));
}
inline void get(const msgpack::object& o, MaybeException& v) {
  if (o.type == msgpack::type::ARRAY && o.via.array.size == 0) return;
  OneException list{&v.first->emplace()};
  get(o, list);
}

}  // namespace dtest::protocol
