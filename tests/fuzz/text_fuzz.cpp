// Text that anybody wrote, and what is made of it for people; the files by which a project names its Ruby; what the
// kernel says of a process, whose name is its own choice.
#include "base/text.hpp"
#include "cli/ruby_wish.hpp"
#include "hold.hpp"
#include "system/machine.hpp"
#include "system/proc_table.hpp"

using namespace dtest;

namespace {

void shown(std::string_view text) {
  const std::string valid = base::valid_utf8(text);
  fuzz::hold(base::valid_utf8(valid) == valid, "valid text stays as it is");
  const std::size_t most = text.size() / 2;
  fuzz::hold(base::prefix(valid, most).size() <= most, "a prefix is as short as was asked for");
  fuzz::hold(base::valid_utf8(base::prefix(valid, most)) == base::prefix(valid, most), "no character is cut");
  for (const std::size_t width : {1, 7, 80})
    fuzz::hold(base::columns(base::elide_middle(valid, width)) <= width, "what is elided fits:", valid);
  fuzz::hold(base::join(base::split(text, ' '), " ") == text, "what was split is joined again");
  base::nearest(text.substr(0, 20), {"--listen", "--retries"});
}

void wished(std::string_view text) {
  for (const auto& wish : {cli::parse_ruby_version(text), cli::parse_tool_versions(text)}) {
    if (!wish) continue;
    fuzz::hold(!wish->versions.empty(), "who asks for a Ruby names one");
    for (const std::string& version : wish->versions) {
      fuzz::hold(version.find_first_of(" \t\n\r#") == std::string::npos, "it is one word:", version);
      cli::is_version(version, "3.1.2");
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text(data, size);
  shown(text);
  wished(text);
  system::parse_stat(text);
  fuzz::hold(system::cpu_quota_v2(text) >= 0, "no quota is negative");
  fuzz::hold(system::cpu_quota_v1(text, "100000") >= 0, "no quota is negative");
  return 0;
}
