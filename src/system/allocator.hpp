// The memory that the C library keeps for later.
#pragma once

namespace dtest::system {

/// For a process that lives long, before its first thread: one heap for all threads, since of others the C library
/// gives nothing back.
void share_one_heap();

/// Gives what is free back to the machine, as far as the C library knows how. Milliseconds.
void give_back_memory();

}  // namespace dtest::system
