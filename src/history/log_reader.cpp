#include "history/log_reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace dtest::history {
namespace {

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kLongest = std::size_t{256} << 20U;  // of one line

[[noreturn]] void cannot_read(const std::string& path, const std::string& why) {
  throw base::Error(base::ExitCode::usage, "cannot read the event file " + path + ": " + why);
}

}  // namespace

LineReader::LineReader(const std::string& path) : path_(path) {
  fd_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd_) cannot_read(path, std::strerror(errno));
  struct stat info {};
  if (::fstat(fd_.get(), &info) == 0 && S_ISDIR(info.st_mode)) cannot_read(path, "it is a directory");
}

std::optional<std::string> LineReader::next() {
  std::size_t looked = at_;
  for (;;) {
    const std::size_t end = text_.find('\n', looked);
    if (end != std::string::npos) {
      std::string line = text_.substr(at_, end - at_);
      at_ = end + 1;
      return line;
    }
    text_.erase(0, at_);
    at_ = 0;
    looked = text_.size();
    if (looked > kLongest) cannot_read(path_, "a line is longer than 256 MiB");
    if (!fill()) return std::nullopt;
  }
}

bool LineReader::fill() {
  if (damaged_) return false;
  std::array<char, kPiece> piece{};
  ssize_t n = 0;
  do n = ::read(fd_.get(), piece.data(), piece.size());
  while (n < 0 && errno == EINTR);
  if (n < 0) cannot_read(path_, std::strerror(errno));
  if (n == 0) return false;
  damaged_ = !gunzip_.take({piece.data(), static_cast<std::size_t>(n)}, text_);
  return true;
}

std::optional<collector::Envelope> EventReader::next() {
  while (std::optional<std::string> line = lines_.next()) {
    if (auto event = collector::from_json_line(*line, &info_)) return event;
    ++left_out_;
  }
  return std::nullopt;
}

}  // namespace dtest::history
