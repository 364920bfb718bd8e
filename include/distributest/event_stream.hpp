// Reads the event stream of a dtest run: see dtest-events(7). Needs libzmq and nothing else; C++17.
//
//   distributest::EventStream stream("ipc:///run/user/1000/dt-x1Y2z3/e");   // dtest events --endpoint
//   distributest::EventMessage event;
//   while (stream.next(event, 10'000) && event.kind() != "run.end")
//     if (event.number("failure") > 0) std::cout << event.text("path") << ": " << event.text("full_name") << "\n";
//
// The stream beats every second: silence for much longer means that the run is gone.
#pragma once
#include <zmq.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace distributest {

/// Finds values in a msgpack map without copying it. What is cut off or malformed has no values.
class MapView {
 public:
  explicit MapView(std::string_view map) : rest_(map) {}

  /// The bytes of the value of `key`; empty when there is none.
  std::string_view find(std::string_view key) {
    std::uint64_t pairs = 0;
    if (byte() >> 4U == 0x8) pairs = take_byte() & 0xfU;
    else if (byte() == 0xde) take_byte(), pairs = big(2);
    else if (byte() == 0xdf) take_byte(), pairs = big(4);
    for (; pairs > 0 && !rest_.empty(); --pairs) {
      const std::string_view name = text();
      const std::string_view before = rest_;
      skip();
      if (name == key && name.data() != nullptr) return before.substr(0, before.size() - rest_.size());
    }
    return {};
  }
  /// What begins with a text; empty for anything else, which is passed over.
  std::string_view text() {
    const unsigned type = byte();
    std::uint64_t size = 0;
    if (type >> 5U == 0x5) size = take_byte() & 0x1fU;
    else if (type >= 0xd9 && type <= 0xdb) take_byte(), size = big(std::size_t{1} << (type - 0xd9));
    else return skip(), std::string_view();
    return take(size);
  }
  /// What begins with a number, true or false; 0 for anything else.
  double number() {
    const unsigned type = take_byte();
    if (type < 0x80) return type;
    if (type >= 0xe0) return static_cast<double>(type) - 256;
    if (type == 0xc2 || type == 0xc3) return type - 0xc2;
    if (type == 0xcb) return real(big(8));
    if (type >= 0xcc && type <= 0xcf) return static_cast<double>(big(std::size_t{1} << (type - 0xcc)));
    if (type < 0xd0 || type > 0xd3) return 0;
    const std::size_t bytes = std::size_t{1} << (type - 0xd0);
    const std::uint64_t value = big(bytes);
    const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes);
    return static_cast<double>(static_cast<std::int64_t>(value << unused) >> unused);
  }

 private:
  [[nodiscard]] unsigned byte() const { return rest_.empty() ? 0xc1U : static_cast<unsigned char>(rest_[0]); }
  unsigned take_byte() {
    const unsigned value = byte();
    take(1);
    return value;
  }
  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) return rest_ = {};
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }
  std::uint64_t big(std::size_t bytes) {
    std::uint64_t value = 0;
    for (const char c : take(bytes)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }
  static double real(std::uint64_t bits) {
    double value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  // One value with all that is in it; without recursion, whatever the depth.
  void skip() {
    for (std::uint64_t values = 1; values > 0 && !rest_.empty(); --values) values += skip_head();
  }
  // Head and bytes of one value; how many values are in it.
  std::uint64_t skip_head() {
    const unsigned type = take_byte();
    if (type < 0x80 || type >= 0xe0) return 0;
    if (type < 0x90) return 2 * (type & 0xfU);
    if (type < 0xa0) return type & 0xfU;
    if (type < 0xc0) return take(type & 0x1fU), 0;
    if (type <= 0xc3) return 0;
    if (type <= 0xc6) return take(big(std::size_t{1} << (type - 0xc4))), 0;
    if (type <= 0xc9) return take(big(std::size_t{1} << (type - 0xc7)) + 1), 0;
    if (type <= 0xcb) return take(type == 0xca ? 4 : 8), 0;
    if (type <= 0xd3) return take(std::size_t{1} << ((type - 0xcc) % 4)), 0;
    if (type <= 0xd8) return take((std::size_t{1} << (type - 0xd4)) + 1), 0;
    if (type <= 0xdb) return take(big(std::size_t{1} << (type - 0xd9))), 0;
    if (type <= 0xdd) return big(type == 0xdc ? 2 : 4);
    return 2 * big(type == 0xde ? 2 : 4);
  }

  std::string_view rest_;
};

/// One event as it came. The whole map is for a msgpack library; what is asked for most is here.
struct EventMessage {
  std::string topic;  ///< "dt1.SCOPE.RUN.KIND"
  std::string map;    ///< a msgpack map
  std::string raw;    ///< output bytes of any encoding; often empty

  /// Of a key of the event itself, not of what is inside of it; the value that says least where it is absent.
  [[nodiscard]] std::string_view text(std::string_view key) const { return MapView(MapView(map).find(key)).text(); }
  [[nodiscard]] double number(std::string_view key) const { return MapView(MapView(map).find(key)).number(); }
  [[nodiscard]] std::string_view kind() const { return text("kind"); }
};

/// One subscription. Owns a libzmq context and a socket; one thread. A reader that is too slow loses messages.
class EventStream {
 public:
  /// `prefix` selects by topic; all events of the first version by default. Throws std::runtime_error.
  explicit EventStream(const std::string& endpoint, const std::string& prefix = "dt1.") : all_(prefix == "dt1.") {
    context_ = zmq_ctx_new();
    socket_ = context_ == nullptr ? nullptr : zmq_socket(context_, ZMQ_SUB);
    const int linger = 0;
    if (socket_ == nullptr || zmq_setsockopt(socket_, ZMQ_LINGER, &linger, sizeof linger) != 0 ||
        zmq_setsockopt(socket_, ZMQ_SUBSCRIBE, prefix.data(), prefix.size()) != 0 ||
        zmq_connect(socket_, endpoint.c_str()) != 0) {
      const std::string why = zmq_strerror(zmq_errno());
      close();
      throw std::runtime_error("cannot listen to " + endpoint + ": " + why);
    }
  }
  ~EventStream() { close(); }
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  /// The next event; false when none came within `timeout_ms` (-1: wait for ever). Throws std::runtime_error.
  bool next(EventMessage& event, int timeout_ms = -1) {
    zmq_setsockopt(socket_, ZMQ_RCVTIMEO, &timeout_ms, sizeof timeout_ms);
    event = EventMessage{};
    std::string ignored;
    std::string* frames[] = {&event.topic, &event.map, &event.raw};
    bool more = true;
    for (std::size_t i = 0; more; ++i)
      if (!frame(i < 3 ? *frames[i] : ignored, more)) return false;
    if (all_) count(event);
    return true;
  }

  /// How many events were lost on the way so far, of all streams; 0 for a narrower prefix, which has gaps by itself.
  [[nodiscard]] std::uint64_t missed() const { return missed_; }

 private:
  void count(const EventMessage& event) {
    const std::string stream(event.text("stream"));
    const auto number = static_cast<std::uint64_t>(event.number("seq"));
    // Those of the socket itself repeat the number of the newest event.
    const std::uint64_t first = event.kind().substr(0, 7) == "stream." ? number + 1 : number;
    const auto known = expected_.find(stream);
    if (known != expected_.end() && first > known->second) missed_ += first - known->second;
    std::uint64_t& expected = expected_[stream];
    if (number + 1 > expected) expected = number + 1;
  }
  bool frame(std::string& text, bool& more) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    const int size = zmq_msg_recv(&message, socket_, 0);
    if (size >= 0) text.assign(static_cast<const char*>(zmq_msg_data(&message)), static_cast<std::size_t>(size));
    more = size >= 0 && zmq_msg_more(&message) != 0;
    const int error = size < 0 ? zmq_errno() : 0;
    zmq_msg_close(&message);
    if (error != 0 && error != EAGAIN) throw std::runtime_error(zmq_strerror(error));
    return error == 0;
  }
  void close() noexcept {
    if (socket_ != nullptr) zmq_close(socket_);
    if (context_ != nullptr) zmq_ctx_term(context_);
    socket_ = context_ = nullptr;
  }

  void* context_ = nullptr;
  void* socket_ = nullptr;
  bool all_;
  std::uint64_t missed_ = 0;
  std::map<std::string, std::uint64_t> expected_;  // number of the next event, by stream
};

}  // namespace distributest
