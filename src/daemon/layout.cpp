#include "daemon/layout.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "system/files.hpp"

namespace dtest::daemon {
namespace {

std::string name(char kind, base::Slot slot, base::Incarnation incarnation) {
  return kind + std::to_string(slot.value) + "." + std::to_string(incarnation.value);
}

// What may grow belongs on a disk, not into the runtime directory, which is often a small part of memory.
system::PrivateDir make_scratch() {
  const char* tmp = std::getenv("TMPDIR");
  return system::PrivateDir::make_in({tmp != nullptr && tmp[0] == '/' ? tmp : "/tmp", "/tmp"});
}

}  // namespace

Layout::Layout(std::optional<std::string> sockets)
    : own_(sockets ? system::PrivateDir{} : system::PrivateDir::make()), sockets_(sockets ? *sockets : own_.path()),
      scratch_(make_scratch()) {
  // Whoever finds the one directory finds the other: dtest removes both when nobody else is left to do so.
  if (sockets && ::symlink(scratch_.path().c_str(), (*sockets + "/scratch").c_str()) != 0)
    throw base::Error(base::ExitCode::internal, "cannot write into " + *sockets + ": " + std::strerror(errno));
}

std::string Layout::jobs(base::Slot slot, base::Incarnation incarnation) const {
  return "ipc://" + sockets_ + "/" + name('j', slot, incarnation);
}

std::string Layout::outcomes(base::Slot slot, base::Incarnation incarnation) const {
  return "ipc://" + sockets_ + "/" + name('o', slot, incarnation);
}

std::string Layout::output(base::Slot slot, base::Incarnation incarnation) const {
  return scratch_.path() + "/" + name('o', slot, incarnation);
}

std::string Layout::hook_output(base::Slot slot) const { return scratch_.path() + "/s" + std::to_string(slot.value); }

std::string Layout::tmpdir(base::Slot slot) const {
  std::string path = scratch_.file(std::to_string(slot.value));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw base::Error(base::ExitCode::internal, "cannot make " + path + ": " + std::strerror(errno));
  return path;
}

}  // namespace dtest::daemon
