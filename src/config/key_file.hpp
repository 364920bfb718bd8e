// Key files: the two halves of a key pair as they lie on the disk, one line each. See dtestd(8), SECURITY.
#pragma once
#include <string>
#include <string_view>

#include "bus/curve.hpp"

namespace dtest::config {

/// A public key and the name behind it, for people: "anna@laptop". The name may be empty.
struct NamedKey {
  bus::PublicKey key;
  std::string name;
};

/// The public half of the pair in `path` lies beside it.
inline std::string public_file(const std::string& path) { return path + ".pub"; }

/// Reads the secret half. Throws base::Error: 78 for a file that is not there, is no key, or may be read or replaced by
/// others; 77 for one that belongs to somebody else. `make` is the command that makes it.
bus::KeyPair load_key_pair(const std::string& path, std::string_view make);

/// Reads a public half. Throws base::Error as above; others may read it, but not write it.
NamedKey load_public_key(const std::string& path);

/// Nobody but us (or root) can put something else at `path`: owner and mode of the file or directory itself. Empty, or
/// what is wrong and what to do; `code` is then 77 or 78.
struct Looseness {
  std::string fault;
  bool foreign = false;
};
Looseness looseness(const std::string& path);

/// Draws a pair and writes both halves, 0600 and 0644, making the directory (0700) where there is none. Nothing is ever
/// replaced. Throws base::Error (78) when one of them exists already, or cannot be written.
NamedKey make_key_pair(const std::string& path, const std::string& name);

/// What a public half says: "dtest-public KEY NAME\n".
std::string public_line(const NamedKey& key);
/// Reads such a line. Throws base::Error (78); `from` begins the message.
NamedKey parse_public_line(const std::string& from, std::string_view text);

/// Writes a public half into a directory of ours, which is made (0700). Replaces a file only when told to. Throws
/// base::Error (78).
void write_public_key(const std::string& path, const NamedKey& key, bool replace);

}  // namespace dtest::config
