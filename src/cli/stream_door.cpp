#include "cli/stream_door.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "bus/endpoint.hpp"
#include "config/key_file.hpp"
#include "config/key_place.hpp"

namespace dtest::cli {
namespace {

constexpr std::uint64_t kTold = 10;

// A directory or a file that others could have written lets nobody in, and is told before anything runs.
std::set<bus::PublicKey> keys_in(const std::string& directory) {
  std::set<bus::PublicKey> keys;
  std::error_code problem;
  if (!std::filesystem::is_directory(directory, problem)) return keys;
  if (const config::Looseness loose = config::looseness(directory); !loose.fault.empty())
    throw base::Error(loose.foreign ? base::ExitCode::no_permission : base::ExitCode::config, loose.fault);
  std::filesystem::directory_iterator at(directory, problem);
  for (; !problem && at != std::filesystem::directory_iterator(); at.increment(problem))
    if (at->path().extension() == ".pub") keys.insert(config::load_public_key(at->path().string()).key);
  if (problem)
    throw base::Error(base::ExitCode::config, "cannot read " + directory + ", where the keys of readers of the event "
                                              "stream are: " + problem.message());
  return keys;
}

}  // namespace

StreamDoor::StreamDoor(const std::string& key_file, bus::Context& context, bus::Loop& loop, Tell tell)
    : tell_(std::move(tell)), own_(config::load_key_pair(key_file, "dtest keygen")),
      readers_(std::filesystem::path(key_file).parent_path().string() + config::kReaders), allowed_(keys_in(readers_)),
      zap_(context, [this](const bus::PublicKey& key) { return allowed_.contains(key); },
           [this](const std::string& why, const std::string& address) { refuse(why, address); }),
      watch_(loop.watch(zap_, [this] { return zap_.serve(); })) {
  allowed_.insert(own_.open);
}

void StreamDoor::refuse(const std::string& why, const std::string& address) {
  if (refused_++ >= kTold) return;
  tell_("a reader of the event stream at " + address + " is refused: " + why + "; its public key belongs into " +
        readers_ + " as NAME.pub if it may read");
}

std::unique_ptr<StreamDoor> make_stream_door(const std::string& endpoint, const std::string& key_file,
                                             bus::Context& context, bus::Loop& loop, StreamDoor::Tell tell) {
  if (!bus::Endpoint::parse_any(endpoint).is_tcp()) return nullptr;
  if (key_file.empty())
    throw base::Error(base::ExitCode::config, "--publish " + endpoint + " needs a key: neither XDG_CONFIG_HOME nor HOME "
                                              "is set, so give --key-file");
  return std::make_unique<StreamDoor>(key_file, context, loop, std::move(tell));
}

}  // namespace dtest::cli
