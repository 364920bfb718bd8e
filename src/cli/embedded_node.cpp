#include "cli/embedded_node.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

#include "base/text.hpp"
#include "guardian/lost_sweep.hpp"
#include "system/files.hpp"
#include "system/private_dir.hpp"
#include "system/proc_table.hpp"
#include "system/remove_tree.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(3);  // for the guardian
constexpr base::Duration kLook = std::chrono::milliseconds(20);
constexpr int kPasses = 100;

}  // namespace

EmbeddedNode::EmbeddedNode(const std::string& program, const std::string& dir, std::string mark, bus::Loop& loop,
                           std::function<void()> on_ready, std::function<void(std::string)> on_ended)
    : dir_(dir), mark_(std::move(mark)), loop_(loop), on_ready_(std::move(on_ready)), on_ended_(std::move(on_ended)) {
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
  if (!status->success()) {
    cleaning_ = true;
    patience_ = loop_.now() + kPatience;
    next_look_ = loop_.now();
  }
  on_ended_(status->text() + last_words());
  return false;
}

// The guardian outlives its daemon and cleans up. Only when that takes too long, because it was killed as well, we do
// its work: its orphans have become our children.
void EmbeddedNode::tick(base::Instant now) {
  if (!cleaning_ || now < next_look_) return;
  next_look_ = now + kLook;
  bool clean = system::marked(system::ProcTable::read(), guardian::kSessionVariable, mark_).empty();
  if (!clean && now < patience_) return;
  guardian::LostSweep sweep(mark_, {});
  std::vector<guardian::KeeperEvent> ignored;
  for (int i = 0; i < kPasses && sweep.pass(ignored) > 0; ++i) {
  }
  remove_scratch();
  cleaning_ = false;
  next_look_ = base::kNever;
}

void EmbeddedNode::remove_scratch() const {
  std::array<char, 4096> target{};
  ssize_t size = ::readlink((dir_ + "/scratch").c_str(), target.data(), target.size() - 1);
  if (size <= 0) return;
  std::string path(target.data(), static_cast<std::size_t>(size));
  if (system::private_dir_fault(path).empty()) system::remove_tree(path);
}

std::string EmbeddedNode::last_words() const {
  std::string log = system::read_slice(dir_ + "/log", 0, 4096);
  std::string_view text = base::trim(log);
  text = text.substr(text.rfind('\n') + 1);
  // What it logged on the way says nothing about its end.
  bool says_why = text.starts_with("dtestd: ") || text.find(" error ") != std::string_view::npos;
  return says_why ? ": " + std::string(text) : std::string();
}

// A pipe has room for letters that it has not read: a daemon that somebody stopped does not stop us.
void EmbeddedNode::say(char letter) {
  pollfd room{pipe_.get(), POLLOUT, 0};
  if (pipe_ && ::poll(&room, 1, 0) == 1) (void)!::write(pipe_.get(), &letter, 1);
}

void EmbeddedNode::stop() { pipe_.reset(); }

}  // namespace dtest::cli
