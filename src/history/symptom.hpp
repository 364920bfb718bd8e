// What a failure looked like: to tell whether another run had the same one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "collector/event.hpp"
#include "history/run_store.hpp"

namespace dtest::history {

struct Symptom {
  /// In what sort of event it was told.
  enum class Kind : std::uint8_t { example, file, load, outside } kind = Kind::example;
  std::string path;
  std::uint32_t line = 0;     ///< 0: of the whole file
  std::string id, name;       ///< of the example, or where an error outside of examples was raised
  collector::Status status = collector::Status::failed;
  std::string type;           ///< class of its first exception; empty: none
};

/// Failure `number` of a stored run; nothing when it has none that belongs to a file.
std::optional<Symptom> symptom_of(const StoredRun& run, std::uint32_t number);

/// What became of it elsewhere. `other`: bad in another way. `absent`: it has no verdict there.
enum class Seen : std::uint8_t { same, other, passed, absent };

/// In the event file of a run of the same tests. Throws as LineReader.
Seen look_for(const Symptom& symptom, const std::string& events);

/// "spec/order_spec.rb:42 Order#total adds tax".
std::string title(const Symptom& symptom);

}  // namespace dtest::history
