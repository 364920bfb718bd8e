// Reads the event stream of a dtest run: see dtest-events(7). Needs libzmq and nothing else; C++17.
//
//   distributest::EventStream stream("ipc:///run/user/1000/dt-x1Y2z3/e");   // dtest events --endpoint
//   distributest::EventMessage event;
//   while (stream.next(event)) use(event.topic, event.map);
#pragma once
#include <zmq.h>

#include <stdexcept>
#include <string>

namespace distributest {

/// One event as it came: nothing of it is decoded.
struct EventMessage {
  std::string topic;  ///< "dt1.SCOPE.RUN.KIND"
  std::string map;    ///< a msgpack map; `seq` in it counts without gaps: one that is missing was lost
  std::string raw;    ///< output bytes of any encoding; often empty
};

/// One subscription. Owns a libzmq context and a socket; one thread. A reader that is too slow loses messages.
class EventStream {
 public:
  /// `prefix` selects by topic; all events of the first version by default. Throws std::runtime_error.
  explicit EventStream(const std::string& endpoint, const std::string& prefix = "dt1.") {
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
    return true;
  }

 private:
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
};

}  // namespace distributest
