#include "broker/people.hpp"

#include "base/text.hpp"

namespace dtest::broker {

// A key is what somebody proved; the rest is what he says.
std::string person(const protocol::SessionOptions& options) {
  return options.key.empty() ? options.origin + "/" + options.user : "key " + options.key;
}

std::string who(const protocol::SessionOptions& options) {
  std::string user = options.user.empty() ? "somebody" : options.user;
  std::string text = options.origin.empty() ? user : user + " at " + options.origin;
  return options.key.empty() ? text : text + " (key " + options.key + ")";
}

std::string project(const protocol::SessionOptions& options) {
  std::size_t slash = options.project.rfind('/');
  return slash == std::string::npos ? options.project : options.project.substr(slash + 1);
}

std::string whose_run(const protocol::SessionOptions& options, const protocol::SessionOptions& reader) {
  if (person(options) == person(reader)) return "another run of yours, of " + project(options);
  return (options.user.empty() ? "somebody" : options.user) + "'s run of " + project(options);
}

std::string told_at_start(const protocol::Hello& hello) {
  return "run " + hello.run.brief() + ": session of " + who(hello.options) + " for " + project(hello.options) + ", " +
         base::plural(hello.options.runners, "runner");
}

}  // namespace dtest::broker
