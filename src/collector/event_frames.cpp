#include "collector/event_frames.hpp"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <msgpack.hpp>

#include "base/text.hpp"
#include "collector/shape.hpp"

namespace dtest::collector {
namespace {

// msgpack wants the number of keys before the first.
struct Counter {
  std::uint32_t keys = 0;
  template <class T> void operator()(std::string_view /*key*/, const T& value) {
    if constexpr (requires { value.has_value(); }) {
      if (!value.has_value()) return;
    }
    ++keys;
  }
  template <class T> void operator()(Sparse /*key*/, const T& value) {
    if (!says_least(value)) ++keys;
  }
};

class Packer {
 public:
  explicit Packer(msgpack::sbuffer& buffer) : pack_(buffer) {}

  template <class T> void operator()(std::string_view key, const T& value) {
    if constexpr (requires { value.has_value(); }) {
      if (value) (*this)(key, *value);
    } else {
      pack_.pack(key);
      write(value);
    }
  }
  template <class T> void operator()(Sparse key, const T& value) {
    if (!says_least(value)) (*this)(key.name, value);
  }
  void begin(std::uint32_t keys) { pack_.pack_map(keys); }
  std::optional<std::string> take_raw() { return std::move(raw_); }

 private:
  void write(const std::string& text) { pack_.pack(base::valid_utf8(text)); }
  void write(std::string_view text) { pack_.pack(text); }
  void write(bool value) { pack_.pack(value); }
  void write(std::integral auto value) { pack_.pack(value); }
  void write(double value) { pack_.pack(std::isfinite(value) ? value : 0.0); }
  void write(Status status) { pack_.pack(name(status)); }
  void write(const Output& output) {
    std::uint64_t total = std::max<std::uint64_t>(output.total, output.bytes.size());
    begin(3);
    (*this)("bytes", static_cast<std::uint64_t>(output.bytes.size()));
    (*this)("total", total);
    (*this)("truncated", total > output.bytes.size());
    if (!output.bytes.empty()) raw_ = output.bytes;
  }
  template <class T> void write(const std::vector<T>& list) {
    pack_.pack_array(static_cast<std::uint32_t>(list.size()));
    for (const T& item : list) write(item);
  }
  template <class T> void write(const std::map<std::string, T>& map) {
    begin(static_cast<std::uint32_t>(map.size()));
    for (const auto& [key, value] : map) (*this)(key, value);
  }
  template <Shaped T> void write(const T& value) {
    Counter counter;
    fields(counter, value);
    begin(counter.keys);
    fields(*this, value);
  }

  msgpack::packer<msgpack::sbuffer> pack_;
  std::optional<std::string> raw_;
};

}  // namespace

std::string topic(const Envelope& envelope, std::string_view run) {
  std::string_view kind = kind_name(envelope.event);
  std::string_view scope = kind == "out.chunk" ? "out" : kind.starts_with("node.") ? "node" : "run";
  std::string text = "dt1.";
  text.append(scope).append(".").append(run.substr(0, 8)).append(".").append(kind);
  return text;
}

Frames to_msgpack(const Envelope& envelope, const StreamInfo& info) {
  constexpr std::uint32_t kEnvelopeKeys = 7;
  msgpack::sbuffer buffer;
  Packer packer(buffer);
  Counter counter;
  std::visit([&](const auto& event) { fields(counter, event); }, envelope.event);
  packer.begin(kEnvelopeKeys + (envelope.last ? 1 : 0) + counter.keys);
  packer("v", kStreamVersion);
  packer("stream", info.stream);
  packer("seq", envelope.seq);
  packer("ts", envelope.ts.us);
  packer("elapsed", envelope.elapsed);
  packer("kind", kind_name(envelope.event));
  packer("run", info.run);
  if (envelope.last) packer("last", true);
  std::visit([&](const auto& event) { fields(packer, event); }, envelope.event);
  return {topic(envelope, info.run), std::string(buffer.data(), buffer.size()), packer.take_raw()};
}

}  // namespace dtest::collector
