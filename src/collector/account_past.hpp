// What void tries in a stored stream said, against what came of it: nothing that was announced is forgotten, what was
// said last stands where no try that counts says otherwise, and what is good after it was bad is flaky.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collector/try_record.hpp"
#include "collector/violation.hpp"

namespace dtest::collector {

struct AccountPast {
  const FileRecords& files;
  const Tries& tries;
  const Retries& retries;
  Violations& violations;

  void check() const;

 private:
  struct Word {
    std::size_t word = 0;
    bool of_file = false;  ///< it did not load: said of each of its examples
  };
  using Ids = std::map<std::string, std::set<std::string>>;  // by path

  [[nodiscard]] Ids final_ids() const;
  [[nodiscard]] std::vector<Word> words(std::uint64_t item, std::uint64_t before, const std::string& id) const;
  void check_void(const TryRecord& record, const Ids& known) const;
  void check_flaky(const TryKey& key, const TryRecord& record) const;
  void check_standing(const TryKey& key, const TryRecord& record) const;
  void check_announced() const;
  [[nodiscard]] bool has_past(const TryKey& key) const;
};

}  // namespace dtest::collector
