// Stored event streams as `dtest events --verify` reads them: whatever is in the file, something is said of it.
#include "collector/verify.hpp"
#include "hold.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = fuzz::text(data, size);
  collector::Verifier verifier;
  bool whole = true;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    whole = end != std::string_view::npos;
    verifier.take(rest.substr(0, end));
    rest.remove_prefix(whole ? end + 1 : rest.size());
  }
  verifier.finish(!whole);
  fuzz::hold(verifier.events() > 0 || !verifier.holds(), "a stream without events does not hold");
  fuzz::hold(verifier.holds() == verifier.violations().kept().empty(), "what does not hold has a reason");
  return 0;
}
