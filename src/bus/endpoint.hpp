// The address of a socket, checked before libzmq sees it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dtest::bus {

/// `ipc://` and an absolute path of at most kMaxPath bytes, or `tcp://HOST:PORT`. A value: copies and compares.
class Endpoint {
 public:
  /// What a UNIX socket's address holds without its final NUL.
  static constexpr std::size_t kMaxPath = 107;

  /// Of a socket that has no keys: ipc only. Throws base::Error (78) for everything else: a longer or relative path, an
  /// abstract (`@`) or wildcard (`*`) name, `inproc://`, unknown transports, and `tcp://`.
  static Endpoint parse(std::string_view text);
  /// Of a socket that may have keys: also `tcp://HOST:PORT`, where HOST is a name, an IPv4 address or an IPv6 address in
  /// brackets, and PORT 1 to 65535. Throws base::Error (78).
  static Endpoint parse_any(std::string_view text);
  /// The same from a path: Endpoint::parse("ipc://" + path).
  static Endpoint at(std::string_view path);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is_tcp() const { return text_.starts_with("tcp://"); }
  /// Of ipc.
  [[nodiscard]] std::string path() const;
  /// Of tcp; the host without brackets.
  [[nodiscard]] std::string host() const;
  [[nodiscard]] std::uint16_t port() const;
  /// Where the result channel is when only the work pipe is named: the next port, or `results` beside the socket.
  /// Throws base::Error (78) for port 65535.
  [[nodiscard]] Endpoint of_results() const;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;

 private:
  explicit Endpoint(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Makes sure that a bind takes nobody's place: libzmq unlinks whatever stands at the path of an ipc socket, be it a
/// living daemon's socket or a plain file. Throws base::Error when somebody listens there (69), when something stands
/// there that is no socket (78) or a socket that is not ours (77). A dead socket of ours is fine. Every bind calls it. Of tcp it
/// says nothing: the kernel refuses a second bind.
/// Two processes that ask at the same time both hear yes: a lock on the directory is the caller's business.
void check_free(const Endpoint& endpoint);

}  // namespace dtest::bus
