// Small services around files.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dtest::system {

/// Bytes [offset, offset + most) of a file; shorter at its end, empty when it cannot be read. `most` is capped at
/// 64 MiB. Refuses what is not a regular file, and so never blocks on a pipe.
std::string read_slice(const std::string& path, std::uint64_t offset, std::size_t most);
/// Nothing when there is no such regular file.
std::optional<std::uint64_t> file_size(const std::string& path);
/// The whole of a regular file of at most `most` bytes; nothing when it is larger or cannot be read.
std::optional<std::string> read_file(const std::string& path, std::size_t most);

/// Replaces a file's content: readers see the old or the new, never a part. Written beside it, synced, renamed.
/// Throws base::Error (no_report) that names the file and the reason; the old content then stands.
void write_atomic(const std::string& path, std::string_view bytes, unsigned mode = 0644);

/// Gives the disk back what the file holds before its last `keep` bytes; who appends to it goes on, and offsets stay.
/// Returns the offset below which nothing is left: 0 where the file system cannot do it and the file was emptied.
std::uint64_t keep_tail(const std::string& path, std::uint64_t keep);

}  // namespace dtest::system
