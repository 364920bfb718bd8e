// Key files: lines that somebody copied, and files with any mode. The first byte says which.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "config/key_file.hpp"
#include "hold.hpp"
#include "system/private_dir.hpp"

using namespace dtest;

namespace {

void put(const std::string& file, std::string_view text, mode_t mode) {
  ::unlink(file.c_str());
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool whole = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  fuzz::hold(whole && ::fchmod(fd, mode) == 0, "a file can be written");
  ::close(fd);
}

template <class Read>
void refused_or(const std::string& from, const Read& read) {
  try {
    read();
  } catch (const base::Error& error) {
    fuzz::hold(error.code() == base::ExitCode::config, "it is the file that is wrong:", error.what());
    fuzz::hold(std::string(error.what()).find(from) != std::string::npos, "it is said where:", error.what());
  }
}

void line(std::string_view text) {
  refused_or("the/file", [&] {
    const config::NamedKey key = config::parse_public_line("the/file", text);
    const config::NamedKey again = config::parse_public_line("the/file", config::public_line(key));
    fuzz::hold(again.key == key.key, "a line that was written has the same key:", key.key.text());
    fuzz::hold(key.name.find('\n') == std::string::npos, "a name is one line:", key.name);
  });
}

void file(std::string_view text, mode_t mode) {
  static const auto place = system::PrivateDir::make_in({"/dev/shm", "/tmp"});
  const std::string path = place.file("key");
  put(path, text, mode);
  refused_or(path, [&] {
    config::load_public_key(path);
    fuzz::hold((mode & 022) == 0, "what others may write is refused");
  });
  refused_or(path, [&] {
    const bus::KeyPair pair = config::load_key_pair(path, "make it");
    fuzz::hold((mode & 077) == 0, "what others may read is refused");
    fuzz::hold(text.find(pair.secret.text()) != std::string_view::npos, "it is the key that stands there");
  });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest = fuzz::text(data + 1, size - 1);
  line(rest);
  static constexpr mode_t kModes[] = {0600, 0400, 0644, 0664, 0666, 0640};
  if (data[0] % 8 < std::size(kModes)) file(rest, kModes[data[0] % 8]);
  return 0;
}
