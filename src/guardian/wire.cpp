#include "guardian/wire.hpp"

#include <cstring>
#include <type_traits>
#include <utility>

namespace dtest::guardian {

namespace {

/// Appends values; a list is its length and its elements, an optional value a list of at most one.
class Writer {
 public:
  template <class T>
    requires std::is_integral_v<T>
  void put(T value) {
    char raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes.append(raw, sizeof value);
  }
  void put(bool value) { put(static_cast<std::uint8_t>(value)); }
  void put(const std::string& text) {
    put(static_cast<std::uint32_t>(text.size()));
    bytes += text;
  }
  void put(const std::vector<std::string>& list) {
    put(static_cast<std::uint32_t>(list.size()));
    for (const auto& text : list) put(text);
  }
  void put(const std::map<std::string, std::optional<std::string>>& env) {
    put(static_cast<std::uint32_t>(env.size()));
    for (const auto& [name, value] : env) {
      put(name);
      put(static_cast<std::uint8_t>(value.has_value()));
      if (value) put(*value);
    }
  }
  void put(base::Duration d) { put(d.count()); }
  void put(base::Instant t) { put(t.time_since_epoch().count()); }
  void put(system::ExitStatus status) { put(status.raw()); }

  std::string bytes;
};

/// Takes values in the order in which they were put. After a failure everything is empty and `bad` stays.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
    requires std::is_integral_v<T>
  void get(T& value) {
    if (rest_.size() < sizeof value) return fail();
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
  }
  void get(bool& value) {
    std::uint8_t raw = 0;
    get(raw);
    if (raw > 1) return fail();
    value = raw == 1;
  }
  void get(std::string& text) {
    const auto size = length();
    if (rest_.size() < size) return fail();
    text = rest_.substr(0, size);
    rest_.remove_prefix(size);
  }
  void get(std::vector<std::string>& list) {
    for (auto left = length(); left > 0 && !bad_; --left) get(list.emplace_back());
  }
  void get(std::map<std::string, std::optional<std::string>>& env) {
    for (auto left = length(); left > 0 && !bad_; --left) {
      std::string name;
      std::uint8_t present = 0;
      get(name);
      get(present);
      auto& value = env[name];
      if (present != 0) get(value.emplace());
    }
  }
  void get(base::Duration& d) {
    std::int64_t count = 0;
    get(count);
    d = base::Duration{count};
  }
  void get(base::Instant& t) {
    base::Duration d{};
    get(d);
    t = base::Instant{d};
  }
  void get(system::ExitStatus& status) {
    int raw = 0;
    get(raw);
    status = raw < 0 ? system::ExitStatus() : system::ExitStatus(raw);
  }
  [[nodiscard]] bool complete() const { return !bad_ && rest_.empty(); }

 private:
  std::uint32_t length() {
    std::uint32_t size = 0;
    get(size);
    return size;
  }
  void fail() {
    bad_ = true;
    rest_ = {};
  }
  std::string_view rest_;
  bool bad_ = false;
};

/// The fields of each message, in order: one list serves both directions. M may be const.
template <class M, class T>
constexpr bool is = std::is_same_v<std::remove_const_t<M>, T>;

template <class M, class F>
void each_field(M& m, F&& f) {
  if constexpr (is<M, Configure>) f(m.mark, m.remove, m.grace);
  else if constexpr (is<M, Spec>) f(m.token, m.argv, m.env, m.cwd, m.output, m.lasting);
  else if constexpr (is<M, Adopt>) f(m.token, m.pid);
  else if constexpr (is<M, Kill>) f(m.token, m.grace);
  else if constexpr (is<M, KillAll>) f(m.grace);
  else if constexpr (is<M, Fence>) f(m.deadline);
  else if constexpr (is<M, Spawned>) f(m.token, m.pid);
  else if constexpr (is<M, SpawnFailed>) f(m.token, m.why);
  else if constexpr (is<M, Reaped>) f(m.token, m.pid, m.status);
  else if constexpr (is<M, TreeGone>) f(m.token);
  else if constexpr (is<M, Lost>) f(m.left);
  else static_assert(std::is_empty_v<M>);
}

template <class Variant>
std::string encode_any(const Variant& message) {
  Writer writer;
  writer.put(static_cast<std::uint8_t>(message.index()));
  std::visit([&](const auto& m) { each_field(m, [&](const auto&... field) { (writer.put(field), ...); }); }, message);
  return std::move(writer.bytes);
}

template <class Variant, std::size_t kIndex = 0>
bool decode_into(Variant& message, std::size_t index, Reader& reader) {
  if constexpr (kIndex < std::variant_size_v<Variant>) {
    if (index != kIndex) return decode_into<Variant, kIndex + 1>(message, index, reader);
    each_field(message.template emplace<kIndex>(), [&](auto&... field) { (reader.get(field), ...); });
    return reader.complete();
  }
  return false;
}

template <class Variant>
std::optional<Variant> decode_bytes(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > kMessageMax) return std::nullopt;
  Reader reader(bytes.substr(1));
  Variant message;
  if (!decode_into(message, static_cast<std::uint8_t>(bytes[0]), reader)) return std::nullopt;
  return message;
}

}  // namespace

std::string encode(const Command& command) { return encode_any(command); }
std::string encode(const KeeperEvent& event) { return encode_any(event); }
std::optional<Command> decode_command(std::string_view bytes) { return decode_bytes<Command>(bytes); }
std::optional<KeeperEvent> decode_event(std::string_view bytes) { return decode_bytes<KeeperEvent>(bytes); }

std::string token_mark(const std::string& session_mark, Token token) {
  return session_mark + "." + std::to_string(token);
}

}  // namespace dtest::guardian
