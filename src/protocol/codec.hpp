// Messages to bytes and back. Decoding never throws: bad input gives a reason. Limits: doc/protocol.md §2.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/local.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"

namespace dtest::protocol {

constexpr int kVersion = 1;
constexpr std::size_t kMaxWork = 1U << 20U;          ///< bytes of one W, J or O message
constexpr std::size_t kMaxResult = 8U << 20U;        ///< bytes of one R message
constexpr std::size_t kMaxResultSent = 4U << 20U;    ///< what a node sends at most

/// A message, or why there is none.
template <class Message>
struct Decoded {
  std::optional<Message> message;
  std::string why;
  explicit operator bool() const { return message.has_value(); }
};

std::string encode(const Work& message);
Decoded<Work> decode_work(std::string_view bytes);

/// How the reason begins when a message is of another version.
constexpr std::string_view kOtherVersion = "speaks protocol version ";

/// Whose hello this is, when that much can be read of it, whatever its version and options: so that it can be refused.
struct HelloName {
  base::RunId run;
  base::SessionNumber number;
};
std::optional<HelloName> hello_name(std::string_view bytes);

/// One body, to be kept in an outbox and spliced into messages.
std::string encode(const Body& body);

/// A result whose reports are encoded already. `bodies` is used only when `result` holds Reports, whose own
/// list is ignored then.
std::string encode(const Result& result, const std::vector<std::string_view>& bodies);
Decoded<Result> decode_result(std::string_view bytes);

std::string encode(const LocalWork& message);
Decoded<LocalWork> decode_local_work(std::string_view bytes);
std::string encode(const LocalReport& message);
Decoded<LocalReport> decode_local_report(std::string_view bytes);

/// Whether a path may name a file of a project: relative, normalised, at most 4,096 bytes, without "..", NUL.
bool valid_path(std::string_view path);

}  // namespace dtest::protocol
