// What is kept of a run in short: a small file of JSON that anybody may have written.
#include "history/run_meta.hpp"
#include "hold.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto once = history::meta_from_json(fuzz::text(data, size));
  if (!once) return 0;
  const std::string text = history::to_json(*once);
  fuzz::hold(once->bad.size() <= history::RunMeta::kMostNoted && once->flaky.size() <= history::RunMeta::kMostNoted,
             "lists have their limit");
  auto twice = history::meta_from_json(text);
  fuzz::hold(twice.has_value(), "what was written is read:", text);
  fuzz::hold(history::to_json(*twice) == text, "it says the same again:", text);
  fuzz::hold(twice->complete() == once->complete(), "it is as complete as before:", text);
  return 0;
}
