// Arguments after "--" go to the test framework, except those whose job is dtest's.
#pragma once
#include <string>
#include <vector>

namespace dtest::config {

/// Throws base::Error (64) that names the first refused argument and what to use instead. Knows RSpec's ways of
/// writing them: --format=doc, -fd, -cfd, --form doc.
void check_framework_args(const std::vector<std::string>& arguments);

}  // namespace dtest::config
