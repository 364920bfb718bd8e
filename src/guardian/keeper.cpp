#include "guardian/keeper.hpp"

#include <sys/socket.h>

#include <utility>

#include "guardian/keeper_impl.hpp"
#include "guardian/main.hpp"
#include "guardian/wire.hpp"
#include "system/machine.hpp"
#include "system/process.hpp"

namespace dtest::guardian {

namespace {

system::Child start_guardian(const std::string& exe, int socket) {
  system::SpawnSpec spec;
  spec.argv = {exe.empty() ? system::self_exe() : exe, kGuardianArgument};
  spec.output = spec.error = system::Null{};
  spec.fds = {{kGuardianFd, socket}};
  spec.new_session = true;
  return system::spawn(spec);
}

}  // namespace

Keeper::Keeper(Options options) {
  auto sockets = system::make_socket_pair(SOCK_SEQPACKET);
  auto child = start_guardian(options.exe, sockets.second.get());
  impl_ = std::make_unique<Impl>(options, std::move(child), std::move(sockets.first));
  impl_->send(Configure{options.mark, options.remove, options.grace});
}

Keeper::~Keeper() = default;

int Keeper::fd() const { return impl_->fd(); }
pid_t Keeper::pid() const { return impl_->pid(); }

void Keeper::spawn(const Spec& spec) { impl_->send(spec); }

void Keeper::adopt(Token token, pid_t pid) {
  impl_->remember(token, pid);
  impl_->send(Adopt{token, pid});
}

void Keeper::kill(Token token, base::Duration grace) { impl_->send(Kill{token, grace}); }
void Keeper::kill_all(base::Duration grace) {
  impl_->send(KillAll{grace});
  impl_->wake();
}
void Keeper::pause() { impl_->send(Pause{}); }
void Keeper::resume() { impl_->send(Resume{}); }
void Keeper::fence(base::Instant deadline) { impl_->send(Fence{deadline}); }
void Keeper::end() { impl_->end(); }
bool Keeper::lost() const { return impl_->lost(); }
std::vector<KeeperEvent> Keeper::read() { return impl_->read(); }

}  // namespace dtest::guardian
