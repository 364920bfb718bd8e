// The grammar of every message in CDDL (RFC 8610), made from the table that encoder and decoder are made of.
#pragma once
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dtest::protocol {

/// Keys of each message: by link ("w", "r", "b" for bodies, "j", "o") and kind.
std::map<std::pair<std::string, std::string>, std::set<std::string>> keys_of_messages();

/// As it stands in doc/protocol.md §13.
std::string grammar();

}  // namespace dtest::protocol
