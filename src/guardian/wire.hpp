// The bytes between a keeper and its guardian: one SOCK_SEQPACKET datagram a command or event. Both ends are the
// same program, so there is no version; decoding is strict all the same. Pure.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "guardian/event.hpp"

namespace dtest::guardian {

constexpr std::size_t kMessageMax = 128 << 10;

/// First message, once.
struct Configure {
  std::string mark;
  std::vector<std::string> remove;
  base::Duration grace{};
};
struct Adopt { Token token = 0; pid_t pid = 0; };
struct Kill { Token token = 0; base::Duration grace{}; };
struct KillAll { base::Duration grace{}; };
struct Pause {};
struct Resume {};
struct Fence { base::Instant deadline = base::kNever; };
using Command = std::variant<Configure, Spec, Adopt, Kill, KillAll, Pause, Resume, Fence>;

std::string encode(const Command& command);
std::string encode(const KeeperEvent& event);
/// Nothing when the bytes are not exactly one command or event.
std::optional<Command> decode_command(std::string_view bytes);
std::optional<KeeperEvent> decode_event(std::string_view bytes);

}  // namespace dtest::guardian
