// gzip, a piece at a time: what was written so far can always be read. Wraps zlib.
#pragma once
#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace dtest::history {

/// Makes one gzip stream. Each call returns the bytes that are to be written next; after flush() a reader sees
/// everything up to there. Throws std::bad_alloc.
class Gzip {
 public:
  Gzip();
  ~Gzip();
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  std::string flush(std::string_view text);
  /// The trailer. Nothing may follow.
  std::string finish();

 private:
  std::string run(std::string_view text, int how);
  std::unique_ptr<z_stream_s> stream_;
};

/// Reads a gzip stream, or plain text as it is, by its first bytes. Nothing of it is trusted.
class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;
  /// Appends to `out` what these further bytes hold. False from the first damage on.
  bool take(std::string_view bytes, std::string& out);
  /// The stream came to its end, trailer included. Never of plain text.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  enum class Kind { unknown, plain, packed, damaged };
  bool unpack(std::string_view bytes, std::string& out);

  std::unique_ptr<z_stream_s> stream_;
  std::string head_;  ///< too little to know what it is
  Kind kind_ = Kind::unknown;
  bool ended_ = false;
};

}  // namespace dtest::history
