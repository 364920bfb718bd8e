#include "daemon/door.hpp"

#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/key_file.hpp"

namespace dtest::daemon {
namespace {

constexpr const char* kMake = "dtest keygen --node";
constexpr std::uint64_t kEvery = 1000;  // of what a peer can repeat at will, one in so many is logged

}  // namespace

Door::Door(Setting setting, bus::Context& context, bus::Loop& loop, Log log)
    : setting_(std::move(setting)), log_(std::move(log)), own_(config::load_key_pair(setting_.key_file, kMake)),
      allowed_(setting_.allowed),
      zap_(context,
           [this](const bus::PublicKey& key) {
             refresh();
             return allowed_.allows(key.text());
           },
           [this](const std::string& why, const std::string& address) { log_refusal(why, address); }),
      watch_(loop.watch(zap_, [this] { return zap_.serve(); })) {}

void Door::log_refusal(const std::string& why, const std::string& address) {
  if (refused_++ % kEvery >= 10) return;
  log_("warn", address + " is refused: " + why + "; its public key belongs into " + allowed_.directory() +
                   " if it may run tests here (" + std::to_string(refused_) + " so far)");
}

bool Door::admit(const protocol::Work& work, const std::string& user) {
  const std::string name = allowed_.name_of(user);
  const base::RunId run = std::visit([](const auto& m) { return m.run; }, work);
  auto owner = owners_.find(run);
  const bool ours = !name.empty() && (owner == owners_.end() || owner->second.user == user);
  if (!ours && dropped_++ % kEvery == 0) {
    log_("warn", "a message for run " + run.brief() + " is dropped: " +
                     (name.empty() ? "its sender's key was taken off the list" : "the run is not " + name + "'s") +
                     " (" + std::to_string(dropped_) + " so far)");
  }
  return ours;
}

void Door::refresh() {
  AllowList::Change change = allowed_.look();
  for (const std::string& warning : change.warnings) log_("error", warning);
  if (change.any) log_("info", told());
}

std::string Door::told() const {
  return base::plural(allowed_.size(), "key") + " in " + allowed_.directory() + " may run tests here";
}

std::vector<base::RunId> Door::look() {
  refresh();
  std::vector<base::RunId> gone;
  for (auto& [run, owner] : owners_)
    if (!allowed_.allows(owner.user) && !std::exchange(owner.told, true)) gone.push_back(run);
  return gone;
}

bool Door::renew() {
  try {
    bus::KeyPair pair = config::load_key_pair(setting_.key_file, kMake);
    if (pair.open == own_.open) return false;
    own_ = std::move(pair);
    log_("info", "this node has another key now; whoever uses it needs " + config::public_file(setting_.key_file));
    return true;
  } catch (const base::Error& problem) {
    log_("error", std::string("this node keeps its key: ") + problem.what());
    return false;
  }
}

}  // namespace dtest::daemon
