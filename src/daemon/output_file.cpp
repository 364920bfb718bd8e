#include "daemon/output_file.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "system/files.hpp"

namespace dtest::daemon {
namespace {

constexpr std::size_t kHead = 8U << 10U;
constexpr std::string_view kCrash = "[BUG] ";  // and then what Ruby knows of itself, its memory map last

std::string left_out(std::uint64_t bytes) {
  return "\n[dtest: " + base::show_bytes(bytes) + " of output left out]\n";
}

}  // namespace

bool OutputFile::look() {
  std::uint64_t size = system::file_size(path_).value_or(0);
  if (size < given_up_) given_up_ = 0;  // somebody emptied it
  if (size - given_up_ <= kMost) return false;
  given_up_ = system::keep_tail(path_, kKept);
  return true;
}

OutputFile::News OutputFile::news() {
  constexpr std::uint64_t kMostNews = 16 * 1024;
  const std::uint64_t size = system::file_size(path_).value_or(0);
  if (size < told_) told_ = 0;  // somebody emptied it
  if (size == told_) return {};
  const std::uint64_t from = std::max({told_, given_up_, size - std::min(size, kMostNews)});
  News news{system::read_slice(path_, from, static_cast<std::size_t>(size - from)), from - told_};
  told_ = size;
  return news;
}

// The end of a long output says more than its start.
std::string OutputFile::slice(std::uint64_t from, std::uint64_t to, std::size_t most) const {
  from = std::max({from, given_up_, to - std::min<std::uint64_t>(to, most)});
  return from < to ? system::read_slice(path_, from, static_cast<std::size_t>(to - from)) : std::string();
}

protocol::Bytes OutputFile::excerpt(std::uint64_t from) const {
  const std::uint64_t size = system::file_size(path_).value_or(0);
  from = std::min(from, size);
  const std::uint64_t begin = std::max(from, given_up_);
  const std::string head = slice(begin, std::min<std::uint64_t>(begin + kExcerpt, size), kExcerpt);
  if (size - begin <= kExcerpt) return {head, size - from};
  const std::uint64_t seen = std::min(size - begin, kKept);
  const std::string end = slice(size - seen, size, seen);
  const std::size_t at = end.find(kCrash);
  const std::size_t crash = at == std::string::npos ? at : end.rfind('\n', at) + 1;
  if (crash == std::string::npos || end.size() - crash <= kExcerpt - kHead) {
    const std::uint64_t missing = size - begin - kExcerpt;
    return {head.substr(0, kHead) + left_out(missing) + end.substr(end.size() - (kExcerpt - kHead)), size - from};
  }
  const std::uint64_t before = size - begin - (end.size() - crash);
  const std::size_t own = static_cast<std::size_t>(std::min<std::uint64_t>(before, kHead));
  const std::size_t report = kExcerpt - kHead;
  std::string text = before > own ? left_out(before - own) : std::string();
  text += slice(size - (end.size() - crash) - own, size - (end.size() - crash), own);
  return {text + end.substr(crash, report) + left_out(end.size() - crash - report), size - from};
}

}  // namespace dtest::daemon
