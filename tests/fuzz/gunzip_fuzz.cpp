// What is unpacked of a stored log. The first byte says in what pieces it comes; the rest is taken as packed, and then
// as text that we pack.
#include <algorithm>

#include "history/gzip.hpp"
#include "hold.hpp"

using namespace dtest;

namespace {

struct Unpacked {
  std::string text;
  bool whole = true, ended = false;
};

Unpacked unpack(std::string_view packed, std::size_t piece) {
  history::Gunzip gunzip;
  Unpacked got;
  for (std::size_t at = 0; at < packed.size() && got.whole; at += piece)
    got.whole = gunzip.take(packed.substr(at, piece), got.text);
  got.ended = gunzip.ended();
  return got;
}

void check_pieces(std::string_view packed, std::size_t piece) {
  const Unpacked once = unpack(packed, packed.size() + 1), pieces = unpack(packed, piece);
  fuzz::hold(once.whole == pieces.whole, "damage is seen however it comes");
  if (once.whole) fuzz::hold(once.ended == pieces.ended && once.text == pieces.text, "it says the same however it comes");
}

void check_own(std::string_view text, std::size_t piece) {
  history::Gzip gzip;
  std::string packed, half;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (at <= text.size() / 2) half = packed;
    packed += gzip.flush(text.substr(at, piece));
  }
  fuzz::hold(text.starts_with(unpack(half, 7).text), "what was flushed can be read before the rest comes");
  packed += gzip.finish();
  const Unpacked got = unpack(packed, piece);
  fuzz::hold(got.whole && got.ended && got.text == text, "what was packed is unpacked");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] + std::size_t{1};
  const std::string_view rest = fuzz::text(data + 1, size - 1);
  check_pieces(rest, piece);
  check_own(rest, std::max<std::size_t>(piece, rest.size() / 16 + 1));
  return 0;
}
