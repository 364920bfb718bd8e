// What the caller decides about the console: from flags, configuration and what the terminal is.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace dtest::report {

/// progress: live block, failures as they happen. files: also a line per finished file. quiet: failures and summary.
enum class Format { progress, files, quiet };
std::optional<Format> format_from(const std::string& name);

struct ConsoleOptions {
  Format format = Format::progress;
  std::string run;                   ///< hexadecimal; eight digits are shown
  std::string kept_as;               ///< what the stored run is called in commands; empty: it is not stored
  bool colour = false;
  bool unicode = true;               ///< the locale is UTF-8
  bool live = false;                 ///< the screen can redraw
  std::size_t width = 80;            ///< columns
  std::size_t height = 24;           ///< rows; the live block takes at most a third, and at least 2
  double slow_file_secs = 20;
  double slow_test_secs = 1;
  double status_secs = 30;           ///< without a live block: seconds between status lines
  double stuck_secs = 60;            ///< without any progress: then what runs is listed, and again after twice that
  std::size_t backtrace_lines = 5;
  std::size_t output_lines = 20;
  std::size_t message_lines = 60;
  std::size_t list_lines = 10;       ///< of slow files, slow examples, files not run, flaky files
  std::size_t failure_lines = 200;   ///< of the final list of failures
  std::size_t rerun_columns = 400;  ///< longest rerun command
};

}  // namespace dtest::report
