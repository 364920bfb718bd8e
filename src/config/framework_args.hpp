// What goes to the test framework: choices of examples, and arguments after "--" except those whose job is dtest's.
#pragma once
#include <string>
#include <vector>

namespace dtest::config {

/// Throws base::Error (64) that names the first refused argument and what to use instead. Knows RSpec's ways of
/// writing them: --format=doc, -fd, -cfd, --form doc.
void check_framework_args(const std::vector<std::string>& arguments);

/// All that goes to the framework: what chooses examples, as RSpec writes it in one word, so that the adapters of others
/// can tell it from their own arguments; then what came after "--".
std::vector<std::string> framework_args(const std::vector<std::string>& examples, const std::vector<std::string>& tags,
                                        const std::vector<std::string>& after_dashes);

}  // namespace dtest::config
