// Configuration files: INI as Boost.Program_options reads it, with the line of each value. See distributest.conf(5).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::config {

/// One `key = value`, in the file's order.
struct IniEntry {
  std::string key;  ///< "section.key"
  std::string value;
  std::uint32_t line = 0;  ///< from 1
};

/// A file as it was read. `path` is the name for messages.
struct IniFile {
  std::string path;
  std::vector<IniEntry> entries;
  std::vector<std::string> warnings;  ///< "path:3: ..."
};

/// Throws base::Error (78) that names path and line: a line without "=", an unknown or reserved key (with the nearest
/// one that exists), a key said twice that takes one value.
IniFile parse_ini(const std::string& path, const std::string& text);

/// As parse_ini. A file that does not exist is nothing unless `required`; one that cannot be read, is no regular file
/// or is larger than 1 MiB throws base::Error (78) in either case.
std::optional<IniFile> read_ini(const std::string& path, bool required);

}  // namespace dtest::config
