// The reading half of ini.hpp: from a path to a text.
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "config/ini.hpp"

namespace dtest::config {
namespace {

using base::Error;
using base::ExitCode;

constexpr std::uintmax_t kLargest = std::uintmax_t{1} << 20U;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error(ExitCode::config, fmt::format("cannot read the configuration file {}: {}", path, why));
}

std::string read_text(const std::string& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) refuse(path, std::strerror(errno));
  std::string text(kLargest + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad()) refuse(path, "reading failed");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kLargest) refuse(path, "it is larger than 1 MiB");
  return text;
}

}  // namespace

std::optional<IniFile> read_ini(const std::string& path, bool required) {
  std::error_code problem;
  std::filesystem::file_status status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found) {
    if (required) refuse(path, "no such file");
    return std::nullopt;
  }
  if (!std::filesystem::status_known(status)) refuse(path, problem.message());
  if (status.type() == std::filesystem::file_type::directory) refuse(path, "it is a directory");
  return parse_ini(path, read_text(path));
}

}  // namespace dtest::config
