#include "cli/embedded_node.hpp"

#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "base/text.hpp"
#include "system/files.hpp"

namespace dtest::cli {

EmbeddedNode::EmbeddedNode(const std::string& program, const std::string& dir, bus::Loop& loop,
                           std::function<void()> on_ready, std::function<void(std::string)> on_ended)
    : dir_(dir), on_ready_(std::move(on_ready)), on_ended_(std::move(on_ended)) {
  auto [its_input, ours] = system::make_pipe();
  auto [our_end, its_output] = system::make_pipe();
  system::SpawnSpec spec;
  spec.argv = {program, "--embedded", dir, "--name", "local"};
  spec.input = system::UseFd{its_input.get()};
  spec.output = system::UseFd{its_output.get()};
  spec.error = system::AppendTo{dir + "/log"};
  spec.cwd = "/";
  // The terminal's ctrl-C is for us alone: we decide what it means.
  spec.new_session = true;
  child_ = system::spawn(spec);
  pipe_ = std::move(ours);
  ready_ = std::move(our_end);
  ready_watch_ = loop.watch_fd(ready_.get(), [this] { return read_ready(); });
  end_watch_ = loop.watch_fd(child_.pidfd.get(), [this] { return read_end(); });
}

EmbeddedNode::~EmbeddedNode() {
  if (!ended_) ::kill(child_.pid, SIGKILL);
}

bool EmbeddedNode::read_ready() {
  std::array<char, 16> line{};
  ssize_t got = ::read(ready_.get(), line.data(), line.size());
  ready_watch_.reset();
  if (got > 0) on_ready_();
  return false;
}

bool EmbeddedNode::read_end() {
  std::optional<system::ExitStatus> status = system::try_reap(child_.pid);
  if (!status) return false;
  ended_ = true;
  ready_watch_.reset();
  end_watch_.reset();
  on_ended_(status->text() + last_words());
  return false;
}

std::string EmbeddedNode::last_words() const {
  std::string log = system::read_slice(dir_ + "/log", 0, 4096);
  std::string_view text = base::trim(log);
  return text.empty() ? std::string() : ": " + std::string(text.substr(text.rfind('\n') + 1));
}

void EmbeddedNode::stop() { pipe_.reset(); }

}  // namespace dtest::cli
