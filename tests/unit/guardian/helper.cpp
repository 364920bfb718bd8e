// A program to be started by the tests: a guardian, or a daemon that has one and waits to be killed.
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "guardian/keeper.hpp"
#include "guardian/main.hpp"

namespace {

/// --daemon MARK REMOVE GRACE_US SCRIPT...: each script is a token.
int daemon_main(int argc, char** argv) {
  dtest::guardian::Keeper keeper({.mark = argv[2], .remove = {argv[3]}, .grace = dtest::base::Duration(std::atoll(argv[4]))});
  for (int i = 5; i < argc; ++i) {
    dtest::guardian::Spec spec;
    spec.token = static_cast<dtest::guardian::Token>(i - 4);
    spec.argv = {"sh", "-c", argv[i]};
    keeper.spawn(spec);
  }
  while (true) {
    pollfd ready{keeper.fd(), POLLIN, 0};
    ::poll(&ready, 1, -1);
    keeper.read();
  }
}

}  // namespace

// A guardian that is stopped and continued while it ends must end: the search for leaks stops threads itself, and hangs then.
extern "C" int __lsan_is_turned_off() { return 1; }  // NOLINT

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], dtest::guardian::kGuardianArgument) == 0) {
    return dtest::guardian::guardian_main(argc, argv);
  }
  if (argc > 5 && std::strcmp(argv[1], "--daemon") == 0) return daemon_main(argc, argv);
  return 64;
}
