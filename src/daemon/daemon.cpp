#include "daemon/daemon.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>

#include "protocol/codec.hpp"
#include "system/allocator.hpp"
#include "system/process.hpp"
#include "system/random.hpp"
#include "system/remove_tree.hpp"

namespace dtest::daemon {
namespace {

// The embedded node has no lease: it holds a pipe to dtest, whose end is the end. And nobody else could run what waits
// there, so that it may hold enough for the shortest files.
broker::Limits limits_for(const DaemonSetting& setting) {
  broker::Limits limits;
  if (setting.embedded) {
    limits.lease.reset();
    limits.prefetch_per_runner = 2;
  } else {
    limits.runners = setting.runners;
  }
  return limits;
}

// A daemon that has keys reads them again when it is told to.
std::initializer_list<int> signals_for(const DaemonSetting& setting) {
  static constexpr std::initializer_list<int> kEmbedded{SIGTERM, SIGINT, SIGCHLD};
  static constexpr std::initializer_list<int> kPlain{SIGTERM, SIGINT, SIGCHLD, SIGUSR1};
  static constexpr std::initializer_list<int> kKeyed{SIGTERM, SIGINT, SIGCHLD, SIGUSR1, SIGHUP};
  return setting.embedded ? kEmbedded : setting.gate.door ? kKeyed : kPlain;
}

// What a line of JSON can hold between two quotes.
std::string json_text(const std::string& text) {
  std::string quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Daemon::Daemon(DaemonSetting setting)
    : setting_(std::move(setting)), signals_(signals_for(setting_)), loop_([this] { return clock_.now(); }),
      node_(setting_.name, limits_for(setting_), [] { return system::random_u64(); }),
      gate_(setting_.gate, context_, loop_, *this),
      sweeper_({setting_.exe, setting_.work_dir, setting_.work_keep}, loop_) {
  system::become_subreaper();
  watches_.push_back(loop_.watch_fd(signals_.fd(), [this] { return read_signal(); }));
  if (!setting_.embedded) {
    sweeper_.wake();
    return;
  }
  system::continue_when_parent_ends();
  parent_watch_ = loop_.watch_fd(STDIN_FILENO, [this] { return read_parent(); });
}

Daemon::~Daemon() = default;

base::ExitCode Daemon::run() {
  if (setting_.embedded) {
    // Now a connect finds its bind: dtest waits for this line.
    [[maybe_unused]] ssize_t told = ::write(STDOUT_FILENO, "ready\n", 6);
  } else {
    on_log("info", "node " + setting_.name + " takes work at " + setting_.gate.listen + ", publishes results at " +
                       setting_.gate.results_listen);
    if (std::string told = gate_.told(); !told.empty()) on_log("info", told);
  }
  loop_.run([this] { return next_deadline(); }, [this](base::Instant now) { after_turn(now); });
  // A guardian removes it as well, but a dtest that was killed early had no session.
  if (parent_gone_) system::remove_tree(*setting_.embedded);
  return base::ExitCode::ok;
}

base::Instant Daemon::next_deadline() const {
  if (clock_.is_held()) return base::kNever;
  base::Instant next = std::min({node_.next_deadline(), gate_.next_deadline(), sweeper_.next_deadline()});
  for (const auto& [run, host] : hosts_) next = std::min(next, host->next_deadline());
  return next;
}

void Daemon::after_turn(base::Instant now) {
  for (auto& [run, host] : hosts_) host->tick(now);
  broker::Actions actions;
  node_.tick(now, actions);
  perform(actions);
  for (auto& [run, host] : hosts_)
    if (const broker::Session* session = node_.session(run)) host->fence(session->fence());
  // A daemon lives long: what a session, or a peer beside it, took is not kept for the next one.
  if (std::erase_if(ending_, [](const auto& host) { return host->ended(); }) > 0 && !stopping_)
    system::give_back_memory();
  gate_.tick(now, node_.sessions() > 0);
  sweeper_.tick(now);
  if (stopping_ && node_.sessions() == 0 && ending_.empty()) loop_.stop();
}

void Daemon::on_work_message(const bus::Message& message) {
  protocol::Decoded<protocol::Work> work = protocol::decode_work(message.body());
  broker::Actions actions;
  if (!work) {
    if (refused_++ % 1000 == 0)
      on_log("warn", "a message on the work pipe is refused (" + std::to_string(refused_) + " so far): " + work.why);
    if (auto name = protocol::hello_name(message.body())) node_.refuse(name->run, name->number, work.why, 69, actions);
    perform(actions);
    return;
  }
  if (!gate_.admit(*work.message, message)) return;
  if (lacks_copy(*work.message, actions)) return perform(actions);
  if (auto* opening = std::get_if<protocol::Hello>(&*work.message)) opening->options.key = gate_.sender(message);
  node_.on_work(*work.message, loop_.now(), actions);
  perform(actions);
  const auto* hello = std::get_if<protocol::Hello>(&*work.message);
  if (hello != nullptr && node_.session(hello->run) != nullptr) gate_.own(hello->run, message);
}

// Who comes over the network brings the project: a path of his own machine means nothing here, or something else.
bool Daemon::lacks_copy(const protocol::Work& work, broker::Actions& actions) {
  const auto* hello = std::get_if<protocol::Hello>(&work);
  if (hello == nullptr || !setting_.gate.door || setting_.in_place || !hello->options.workspace.empty()) return false;
  node_.refuse(hello->run, hello->number,
               "it serves only runs that send a copy of their project: take 'sync = off' out of the node's section, or "
               "start its dtestd with --in-place",
               69, actions);
  return true;
}

void Daemon::on_revoked(const base::RunId& run) {
  on_log(run, "warn", "run " + run.brief() + " is ended: the key that it belongs to was taken off the list");
  broker::Actions actions;
  node_.kill(run, loop_.now(), actions);
  perform(actions);
}

bool Daemon::read_signal() {
  auto signal = signals_.read();
  if (!signal) return false;
  if (signal->signal == SIGCHLD) return true;
  if (signal->signal == SIGUSR1) {
    drain();
    return true;
  }
  if (signal->signal == SIGHUP) {
    gate_.renew(loop_.now());
    return true;
  }
  on_log("info", system::signal_name(signal->signal) + ": every session is ended");
  stop();
  return true;
}

// What dtest says on its pipe, a letter each; or it is gone, however it went.
bool Daemon::read_parent() {
  std::array<char, 64> letters{};
  ssize_t got = ::read(STDIN_FILENO, letters.data(), letters.size());
  for (ssize_t i = 0; i < got; ++i) {
    if (letters[static_cast<std::size_t>(i)] == 'p') pause();
    if (letters[static_cast<std::size_t>(i)] == 'r') resume();
  }
  if (got > 0) return false;
  parent_watch_.reset();
  parent_gone_ = true;
  stop();
  return false;
}

// Time stands still for whoever counts it here, as it does for the runners.
void Daemon::pause() {
  clock_.hold();
  for (auto& [run, host] : hosts_) host->pause();
}

void Daemon::resume() {
  if (!clock_.is_held()) return;
  node_.on_slept(clock_.go_on());
  for (auto& [run, host] : hosts_) host->resume();
}

void Daemon::stop() {
  resume();
  stopping_ = true;
  broker::Actions actions;
  node_.stop(loop_.now(), actions);
  perform(actions);
}

// Whoever upgrades this node starts the next daemon when this one has ended.
void Daemon::drain() {
  on_log("info", "SIGUSR1: nothing new is begun; it ends when what runs is over");
  stopping_ = true;
  broker::Actions actions;
  node_.drain(loop_.now(), actions);
  perform(actions);
}

SessionHost* Daemon::host(const base::RunId& run) {
  auto at = hosts_.find(run);
  return at == hosts_.end() ? nullptr : at->second.get();
}

void Daemon::start_keeper(const broker::StartKeeper& start) {
  std::string fault;
  try {
    SessionHost::Setting setting{setting_.exe, setting_.name, setting_.embedded, setting_.work_dir};
    hosts_[start.run] = std::make_unique<SessionHost>(start, setting, context_, loop_, *this);
    if (clock_.is_held()) hosts_[start.run]->pause();
  } catch (const std::exception& e) {
    on_log("error", "run " + start.run.brief() + ": no session: " + e.what());
    hosts_.erase(start.run);
    fault = e.what();
  }
  if (start.options.workspace.empty()) return;
  sweeper_.wake();
  broker::Actions actions;
  const std::string path = fault.empty() ? host(start.run)->workspace() : "";
  node_.on_workspace(start.run, path, fault, loop_.now(), actions);
  perform(actions);
}

void Daemon::perform(const broker::Actions& actions) {
  for (const broker::Action& action : actions) {
    if (const auto* publish = std::get_if<broker::Publish>(&action)) {
      gate_.publish(publish->run, publish->frame);
    } else if (const auto* log = std::get_if<broker::Log>(&action)) {
      on_log(log->level, log->text);
    } else if (const auto* keeper = std::get_if<broker::StartKeeper>(&action)) {
      start_keeper(*keeper);
    } else if (const auto* end = std::get_if<broker::EndSession>(&action)) {
      end_host(end->run);
      if (node_.session(end->run) == nullptr) gate_.forget(end->run);
    } else if (const auto* hook = std::get_if<broker::StartHook>(&action)) {
      if (SessionHost* h = host(hook->run)) h->start_hook(*hook);
      else on_hook_over(hook->run, {hook->slot, "no guardian", false, {}});
    } else if (const auto* kill_hook = std::get_if<broker::KillHook>(&action)) {
      if (SessionHost* h = host(kill_hook->run)) h->kill_hook(*kill_hook);
    } else if (const auto* boot = std::get_if<broker::StartBoot>(&action)) {
      if (SessionHost* h = host(boot->run)) h->start_boot(*boot);
      else on_process_over(boot->run, {base::kBootSlot, boot->incarnation, 0, "no guardian", false, {}});
    } else if (const auto* fork = std::get_if<broker::ForkRunner>(&action)) {
      if (SessionHost* h = host(fork->run)) h->fork(*fork);
    } else if (const auto* adopt = std::get_if<broker::AdoptRunner>(&action)) {
      if (SessionHost* h = host(adopt->run)) h->adopt(*adopt);
    } else if (const auto* send = std::get_if<broker::SendLocal>(&action)) {
      if (SessionHost* h = host(send->run)) h->send(*send);
    } else if (const auto* kill = std::get_if<broker::KillProcess>(&action)) {
      if (SessionHost* h = host(kill->run)) h->kill(*kill);
    } else if (const auto* all = std::get_if<broker::KillSession>(&action)) {
      if (SessionHost* h = host(all->run); h != nullptr && !h->ended()) h->kill_all(all->grace);
      else on_session_empty(all->run);
    }
  }
}

void Daemon::on_local(const base::RunId& run, protocol::LocalReport report) {
  broker::Actions actions;
  node_.on_local(run, report, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_process_over(const base::RunId& run, broker::ProcessOver over) {
  broker::Actions actions;
  node_.on_process_over(run, over, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_hook_over(const base::RunId& run, broker::HookOver over) {
  broker::Actions actions;
  node_.on_hook_over(run, over, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_printed(const base::RunId& run, base::Slot slot, std::string output, std::uint64_t left_out) {
  broker::Actions actions;
  node_.on_printed(run, slot, std::move(output), left_out, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation, std::uint64_t kept) {
  broker::Actions actions;
  node_.on_flood(run, slot, incarnation, kept, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_fenced(const base::RunId& run) {
  broker::Actions actions;
  node_.on_fenced(run, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_session_empty(const base::RunId& run) {
  broker::Actions actions;
  node_.on_session_empty(run, loop_.now(), actions);
  perform(actions);
  // What the session has still to tell needs no guardian. That of an embedded node also removes the run's sockets.
  const broker::Session* session = node_.session(run);
  if (!setting_.embedded && session != nullptr && session->state() == broker::Session::State::closed) end_host(run);
}

void Daemon::end_host(const base::RunId& run) {
  auto at = hosts_.find(run);
  if (at == hosts_.end()) return;
  at->second->end();
  ending_.push_back(std::move(at->second));
  hosts_.erase(at);
}

void Daemon::on_log(const base::RunId& run, const std::string& level, const std::string& text) {
  on_log(level, text);
  broker::Actions actions;
  node_.on_said(run, text, loop_.now(), actions);
  perform(actions);
}

void Daemon::on_log(std::string level, std::string text) {
  if (setting_.log_json) text = json_text(text);
  if (level == "error") spdlog::error("{}", text);
  else if (level == "warn") spdlog::warn("{}", text);
  else spdlog::info("{}", text);
}

}  // namespace dtest::daemon
