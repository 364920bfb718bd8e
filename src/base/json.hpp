// Texts as JSON writes them.
#pragma once
#include <string>
#include <string_view>

namespace dtest::base {

/// Appends `text` to `out` as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. Characters of
/// `also` are escaped too.
void append_json(std::string& out, std::string_view text, std::string_view also = {});

}  // namespace dtest::base
