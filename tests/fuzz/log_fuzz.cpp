// The event log of an earlier run, as commands read it: a file that anybody may have written. The first byte says
// whether it is there as it is, packed, or packed and cut off.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "history/gzip.hpp"
#include "history/log_reader.hpp"
#include "history/run_meta.hpp"
#include "hold.hpp"

using namespace dtest;

namespace {

/// In memory, and with a name.
class File {
 public:
  explicit File(std::string_view bytes) : fd_(::memfd_create("log", MFD_CLOEXEC)) {
    fuzz::hold(fd_ >= 0 && ::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
               "there is memory for a file");
  }
  ~File() { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

std::string packed(std::string_view text) {
  history::Gzip gzip;
  std::string bytes = gzip.flush(text.substr(0, text.size() / 2)) + gzip.flush(text.substr(text.size() / 2));
  return bytes + gzip.finish();
}

std::uint64_t lines_of(const std::string& bytes) {
  const File file(bytes);
  history::EventReader reader(file.path());
  history::MetaFold fold(std::string(32, '7'));
  std::uint64_t lines = 0;
  for (; auto event = reader.next(); ++lines) fold.take(*event);
  const std::string meta = history::to_json(fold.meta());
  auto again = history::meta_from_json(meta);
  fuzz::hold(again && history::to_json(*again) == meta, "what is kept of a run is read again:", meta);
  return lines + reader.left_out();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(fuzz::text(data + 1, size - 1));
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  try {
    if (data[0] % 3 == 0) {
      const std::uint64_t read = lines_of(text);
      fuzz::hold(text.starts_with('\x1f') || read == lines, "each line is an event, or left out");
    } else if (data[0] % 3 == 1) {
      fuzz::hold(lines_of(packed(text)) == lines, "each line that was packed is read");
    } else {
      std::string bytes = packed(text);
      bytes.resize(bytes.size() - std::min<std::size_t>(bytes.size(), data[0] / 3U + 1U));
      fuzz::hold(lines_of(bytes) <= lines, "of a log that was cut off nothing is made up");
    }
  } catch (const base::Error& error) {
    fuzz::hold(error.code() == base::ExitCode::usage, "it is the file that is wrong:", error.what());
  }
  return 0;
}
