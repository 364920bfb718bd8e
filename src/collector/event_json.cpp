#include "collector/event_json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <concepts>
#include <iterator>

#include "base/json.hpp"
#include "collector/shape.hpp"

namespace dtest::collector {
namespace {

// Appends values to one string; by hand, because the order of keys is part of what people read and a passing
// example's line should cost a few microseconds.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <class T> void operator()(std::string_view key, const T& value) {
    if constexpr (requires { value.has_value(); }) {
      if (value) (*this)(key, *value);
    } else {
      out_ += first_ ? "\"" : ",\"";
      first_ = false;
      out_.append(key).append("\":");
      write(value);
    }
  }
  template <class T> void operator()(Sparse key, const T& value) {
    if (!says_least(value)) (*this)(key.name, value);
  }

 private:
  void write(const std::string& text) { write(std::string_view(text)); }
  void write(std::string_view text);
  void write(bool value) { out_ += value ? "true" : "false"; }
  void write(std::integral auto value) { fmt::format_to(std::back_inserter(out_), "{}", value); }
  void write(double value);
  void write(Status status) { write(name(status)); }
  void write(const Output& output);
  template <class T> void write(const std::vector<T>& list);
  template <class T> void write(const std::map<std::string, T>& map);
  template <Shaped T> void write(const T& value);

  std::string& out_;
  bool first_ = true;
};

void Writer::write(std::string_view text) { base::append_json(out_, text); }

void Writer::write(double value) {
  constexpr double kExact = 1e9;  // beyond it a microsecond is lost in a double anyway
  if (!std::isfinite(value)) value = 0;
  if (std::abs(value) < kExact) value = std::round(value * 1e6) / 1e6;
  if (value == 0) value = 0;  // never "-0"
  fmt::format_to(std::back_inserter(out_), "{}", value);
}

void Writer::write(const Output& output) {
  std::uint64_t total = std::max<std::uint64_t>(output.total, output.bytes.size());
  fmt::format_to(std::back_inserter(out_),
                 "{{\"bytes\":{},\"total\":{},\"truncated\":{},\"text\":", output.bytes.size(), total,
                 total > output.bytes.size());
  write(std::string_view(output.bytes));
  out_ += '}';
}

template <class T> void Writer::write(const std::vector<T>& list) {
  out_ += '[';
  bool first = true;
  for (const T& item : list) {
    if (!first) out_ += ',';
    first = false;
    write(item);
  }
  out_ += ']';
}

template <class T> void Writer::write(const std::map<std::string, T>& map) {
  out_ += '{';
  bool first = true;
  for (const auto& [key, value] : map) {
    if (!first) out_ += ',';
    first = false;
    write(std::string_view(key));
    out_ += ':';
    write(value);
  }
  out_ += '}';
}

template <Shaped T> void Writer::write(const T& value) {
  out_ += '{';
  Writer inner(out_);
  fields(inner, value);
  out_ += '}';
}

}  // namespace

std::string to_json_line(const Envelope& envelope, const StreamInfo& info) {
  std::string out = "{";
  Writer writer(out);
  writer("v", std::string(kStreamVersion));
  writer("stream", info.stream);
  writer("seq", envelope.seq);
  writer("ts", envelope.ts.us);
  writer("elapsed", envelope.elapsed);
  writer("kind", std::string(kind_name(envelope.event)));
  writer("run", info.run);
  if (envelope.last) writer("last", true);
  std::visit([&](const auto& event) { fields(writer, event); }, envelope.event);
  out += '}';
  return out;
}

}  // namespace dtest::collector
