// The address of a socket, checked before libzmq sees it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace dtest::bus {

/// `ipc://` and an absolute path of at most kMaxPath bytes. A value: copies and compares.
class Endpoint {
 public:
  /// What a UNIX socket's address holds without its final NUL.
  static constexpr std::size_t kMaxPath = 107;

  /// Throws base::Error (78) for everything else: a longer or relative path, an abstract (`@`) or wildcard (`*`)
  /// name, `inproc://`, unknown transports, and `tcp://`, which is refused until it has keys.
  static Endpoint parse(std::string_view text);
  /// The same from a path: Endpoint::parse("ipc://" + path).
  static Endpoint at(std::string_view path);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::string path() const;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;

 private:
  explicit Endpoint(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Makes sure that a bind takes nobody's place: libzmq unlinks whatever stands at the path of an ipc socket, be it a
/// living daemon's socket or a plain file. Throws base::Error when somebody listens there (69), when something stands
/// there that is no socket (78) or a socket that is not ours (77). A dead socket of ours is fine. Every bind calls it.
/// Two processes that ask at the same time both hear yes: a lock on the directory is the caller's business.
void check_free(const Endpoint& endpoint);

}  // namespace dtest::bus
