// dtest run: chooses the tests, then runs them, or says what it would do.
#include <utility>

#include "cli/choice.hpp"
#include "cli/command.hpp"
#include "cli/dry_run.hpp"
#include "cli/run.hpp"

namespace dtest::cli {

base::ExitCode run_command(config::RunOptions options, std::vector<std::string> argv, base::Instant began) {
  Choice choice = choose_tests(options);
  if (!choice.nothing.empty()) {
    if (options.json) print("{\"files\":[]}\n");
    else print(choice.nothing + "\n");
    return base::ExitCode::ok;
  }
  if (options.dry_run) return dry_run(options, choice);
  return Run(std::move(options), std::move(choice), std::move(argv), began).run();
}

}  // namespace dtest::cli
