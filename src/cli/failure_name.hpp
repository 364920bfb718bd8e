// How a person names a failure of a stored run: RUN:N.
#pragma once
#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace dtest::cli {

struct FailureName {
  std::string run;           ///< as RunStore::find takes it
  std::uint32_t number = 1;
};

/// Throws base::Error (usage) that says how one is written.
FailureName read_failure_name(const std::string& name);

/// What to throw when a run has none of that number. `brief`: its id for people.
base::Error no_such_failure(const std::string& brief, std::uint32_t number);

}  // namespace dtest::cli
