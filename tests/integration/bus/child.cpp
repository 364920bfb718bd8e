#include "child.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace dtest::bus::test {

Child::Child(std::vector<std::string> arguments) {
  const char* program = std::getenv("BUS_PEER");
  if (program == nullptr) throw std::runtime_error("BUS_PEER names the peer program");
  arguments.insert(arguments.begin(), program);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const int error = ::posix_spawn(&pid_, program, &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  out_ = ends[0];
  if (error != 0) throw std::runtime_error("posix_spawn");
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), out_(std::exchange(other.out_, -1)) {}

Child::~Child() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
  if (out_ >= 0) ::close(out_);
}

std::string Child::line() {
  std::string text;
  for (char byte = 0; ::read(out_, &byte, 1) == 1 && byte != '\n';) text += byte;
  return text;
}

void Child::signal(int number) const { ::kill(pid_, number); }

int Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
  return status;
}

Directory::Directory() : path_((std::filesystem::temp_directory_path() / "bus.XXXXXX").string()) {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

base::Instant clock_now() {
  timespec t{};
  ::clock_gettime(CLOCK_BOOTTIME, &t);
  return base::Instant(base::Duration(t.tv_sec * 1'000'000 + t.tv_nsec / 1000));
}

bool BusTest::turn_until(const std::function<bool()>& done) {
  const base::Instant limit = clock_now() + kLimit;
  while (!done()) {
    if (clock_now() >= limit) return false;
    loop.run_once(clock_now() + kTurn);
  }
  return true;
}

}  // namespace dtest::bus::test
