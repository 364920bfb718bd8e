#include "collector/rerun.hpp"

#include <fmt/format.h>

#include "collector/journal.hpp"

namespace dtest::collector {
namespace {

bool names_file(const std::string& id, const std::string& file) {
  return id.rfind(file, 0) == 0 || id.rfind("./" + file, 0) == 0;
}

}  // namespace

std::string uid(const std::string& framework, const std::string& id) {
  return fmt::format("{:016x}", hash_id(framework + '\0' + id));
}

std::vector<std::string> run_command(const Manner& manner, const std::vector<std::string>& what) {
  std::vector<std::string> words{"dtest", "run"};
  words.insert(words.end(), manner.flags.begin(), manner.flags.end());
  words.insert(words.end(), what.begin(), what.end());
  if (!manner.args.empty()) words.emplace_back("--");
  words.insert(words.end(), manner.args.begin(), manner.args.end());
  return words;
}

std::string how_named(const Whereabouts& example) {
  const bool stands_here = example.path.empty() || example.path == example.file;
  const bool by_line = stands_here && example.line > 0;
  std::string what = by_line ? fmt::format("{}:{}", example.file, example.line) : example.file;
  if ((!by_line || !example.alone_on_line) && names_file(example.id, example.file)) what = example.id;
  return what;
}

}  // namespace dtest::collector
