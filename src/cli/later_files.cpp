#include "cli/later_files.hpp"

#include <array>
#include <utility>

#include "base/text.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kTime = 19;  // 2026/11/23-17:20:01
constexpr std::size_t kLongest = 8192;

std::string as_rsync(std::time_t time) {
  std::tm local{};
  ::localtime_r(&time, &local);
  std::array<char, kTime + 1> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y/%m/%d-%H:%M:%S", &local)};
}

}  // namespace

LaterFiles::LaterFiles(std::time_t began, std::string own) : began_(as_rsync(began)), own_(std::move(own)) {}

void LaterFiles::take(std::string_view piece) {
  rest_ += piece;
  std::size_t at = 0;
  for (std::size_t end = 0; (end = rest_.find('\n', at)) != std::string::npos; at = end + 1)
    line(std::string_view(rest_).substr(at, end - at));
  rest_.erase(0, at);
  if (rest_.size() > kLongest) rest_.clear();  // no path is as long
}

// Directories change with what lies in them; of what is deleted there is no time.
void LaterFiles::line(std::string_view text) {
  if (text.size() < kTime + 2 || text[kTime] != ' ' || text[4] != '/' || text.ends_with('/')) return;
  const std::string_view name = text.substr(kTime + 1);
  if (text.substr(0, kTime) <= began_ || name == own_) return;
  if (count_++ == 0) first_ = base::valid_utf8(std::string(name));
}

std::string LaterFiles::warning() const {
  if (count_ == 0) return {};
  const std::string what = count_ == 1 ? first_ + " as it was" : base::plural(count_, "file") + " as they were";
  return "got " + what + " written since the run began" + (count_ == 1 ? "" : " (" + first_ + ", ...)") +
         ": what it runs may differ from what the other nodes run; with --copy all get the project as it was";
}

}  // namespace dtest::cli
