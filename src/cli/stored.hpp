// What the commands about stored runs share.
#pragma once
#include <exception>
#include <string>

#include "config/options.hpp"
#include "history/run_store.hpp"
#include "report/look.hpp"
#include "report/screen.hpp"

namespace dtest::cli {

/// Where what outlives a run lies; empty when the environment names no place.
std::string state_home();

/// The runs of a project. Throws base::Error.
history::RunStore open_store(const std::string& directory);

/// How standard output may look.
report::Look look_of_output(config::Color color);

/// Standard output for what is over: lines as they come, no live block. The first failure to write is kept.
class PlainScreen final : public report::Screen {
 public:
  void permanent(std::string lines) override;
  void live(std::vector<std::string>) override {}
  /// Throws as print does when something could not be written: the console above lets nothing through.
  void close() const;

 private:
  std::exception_ptr error_;
};

/// "2026-11-23 05:31", local time.
std::string show_date(std::int64_t us);

/// PASSED, FAILED, ...; "runs" or "cut off" for a run without an end.
std::string verdict_word(const history::StoredRun& run);

/// "2 failed, 9 813 passed, 14 pending": what there is, the bad first.
std::string counts_text(const collector::Counts& counts);

/// Exactly `columns` wide (cut, or padded).
std::string cell(const report::Look& look, std::string_view text, std::size_t columns);

}  // namespace dtest::cli
