// Can a host and port be reached? Asked in the background, because looking up a name may take long.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/time.hpp"
#include "system/fd.hpp"

namespace dtest::system {

/// One question, asked when it is made. Its end waits for no host and no name: a thread that still asks ends by itself.
class TcpProbe {
 public:
  struct Answer {
    std::string address;  ///< numeric, of the first that took the connection; empty: none did
    std::string fault;    ///< then why: "there is no host of that name", "it refuses connections", ...
  };
  /// Each address of the host has `limit` to answer. Throws base::Error when no thread can be had.
  TcpProbe(std::string host, std::uint16_t port, base::Duration limit);
  TcpProbe(const TcpProbe&) = delete;
  TcpProbe& operator=(const TcpProbe&) = delete;
  ~TcpProbe();

  /// Poll for reading: the answer is there.
  [[nodiscard]] int fd() const noexcept;
  [[nodiscard]] std::optional<Answer> answer() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace dtest::system
