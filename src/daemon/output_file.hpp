// The file that a process of a session prints into.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "protocol/report.hpp"

namespace dtest::daemon {

/// Of a file that grows beyond kMost bytes only the last kKept stay on the disk, while it is written.
class OutputFile {
 public:
  static constexpr std::uint64_t kMost = 16U << 20U;
  static constexpr std::uint64_t kKept = 4U << 20U;

  OutputFile() = default;
  explicit OutputFile(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const { return path_; }
  /// To be called several times a second. True: something was given up.
  bool look();
  /// What was printed since the last call: its end, where it is much, and how many bytes before that are left out.
  struct News {
    std::string text;
    std::uint64_t left_out = 0;
  };
  [[nodiscard]] News news();
  /// What was printed between two offsets, at most the last `most` bytes of it; less when it was given up.
  [[nodiscard]] std::string slice(std::uint64_t from, std::uint64_t to, std::size_t most) const;
  /// What a process that has ended printed from there on. Of much its head and its end, at most kExcerpt bytes and a
  /// line that says how much is left out; where Ruby reports its own crash, that report from its head on.
  [[nodiscard]] protocol::Bytes excerpt(std::uint64_t from) const;
  static constexpr std::size_t kExcerpt = 32U << 10U;

 private:
  std::string path_;
  std::uint64_t given_up_ = 0;  // nothing is left below this offset
  std::uint64_t told_ = 0;      // news() were of what is below
};

}  // namespace dtest::daemon
