#include "history/gzip.hpp"

#include <zlib.h>

#include <array>
#include <new>
#include <utility>

namespace dtest::history {
namespace {

constexpr int kLevel = 6;
constexpr int kWindow = 15;
constexpr int kGzip = 16;  // added to the window: gzip's header and trailer
constexpr int kMemory = 8;
constexpr std::size_t kPiece = 64 * 1024;

// zlib's pointers are not const, but it does not write there.
Bytef* bytes_of(std::string_view text) {
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));  // NOLINT
}

}  // namespace

Gzip::Gzip() : stream_(std::make_unique<z_stream_s>()) {
  if (::deflateInit2(stream_.get(), kLevel, Z_DEFLATED, kWindow + kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

Gzip::~Gzip() { ::deflateEnd(stream_.get()); }

std::string Gzip::flush(std::string_view text) { return run(text, Z_SYNC_FLUSH); }

std::string Gzip::finish() { return run({}, Z_FINISH); }

std::string Gzip::run(std::string_view text, int how) {
  std::string out;
  std::array<Bytef, kPiece> piece{};
  stream_->next_in = bytes_of(text);
  stream_->avail_in = static_cast<uInt>(text.size());
  do {
    stream_->next_out = piece.data();
    stream_->avail_out = static_cast<uInt>(piece.size());
    ::deflate(stream_.get(), how);
    out.append(reinterpret_cast<const char*>(piece.data()), piece.size() - stream_->avail_out);  // NOLINT
  } while (stream_->avail_out == 0);
  return out;
}

Gunzip::Gunzip() : stream_(std::make_unique<z_stream_s>()) {
  if (::inflateInit2(stream_.get(), kWindow + kGzip) != Z_OK) throw std::bad_alloc();
}

Gunzip::~Gunzip() { ::inflateEnd(stream_.get()); }

bool Gunzip::take(std::string_view bytes, std::string& out) {
  if (kind_ == Kind::unknown) {
    head_ += bytes;
    if (head_.empty() || (head_.size() == 1 && head_[0] == '\x1f')) return true;
    kind_ = head_.starts_with("\x1f\x8b") ? Kind::packed : Kind::plain;
    const std::string head = std::exchange(head_, {});
    return take(head, out);
  }
  if (kind_ == Kind::packed) return unpack(bytes, out);
  if (kind_ == Kind::plain) out += bytes;
  return kind_ == Kind::plain;
}

bool Gunzip::unpack(std::string_view bytes, std::string& out) {
  if (ended_) return true;
  std::array<Bytef, kPiece> piece{};
  stream_->next_in = bytes_of(bytes);
  stream_->avail_in = static_cast<uInt>(bytes.size());
  int result = Z_OK;
  do {
    stream_->next_out = piece.data();
    stream_->avail_out = static_cast<uInt>(piece.size());
    result = ::inflate(stream_.get(), Z_NO_FLUSH);
    out.append(reinterpret_cast<const char*>(piece.data()), piece.size() - stream_->avail_out);  // NOLINT
  } while (result == Z_OK && (stream_->avail_in > 0 || stream_->avail_out == 0));
  ended_ = result == Z_STREAM_END;
  if (result == Z_OK || result == Z_BUF_ERROR || ended_) return true;
  kind_ = Kind::damaged;
  return false;
}

}  // namespace dtest::history
