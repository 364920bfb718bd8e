// How a person names a failure of a stored run: RUN:N.
#pragma once
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "history/run_store.hpp"

namespace dtest::cli {

struct FailureName {
  std::string run;           ///< as RunStore::find takes it
  std::uint32_t number = 1;
};

/// Throws base::Error (usage) that says how one is written.
FailureName read_failure_name(const std::string& name);

/// What to throw (usage) when a run has none of that number, or it belongs to no file. `brief`: its id for people.
base::Error no_such_failure(const history::StoredRun& run, const std::string& brief, std::uint32_t number);

}  // namespace dtest::cli
