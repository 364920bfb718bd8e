// Random numbers from the kernel: for names that nobody may guess and for seeds.
#pragma once
#include <cstdint>
#include <span>

namespace dtest::system {

/// Fills `out`. Throws base::Error when the kernel has none to give.
void random_bytes(std::span<std::uint8_t> out);

std::uint64_t random_u64();

}  // namespace dtest::system
