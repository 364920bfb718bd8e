# frozen_string_literal: true

require "minitest/autorun"
require_relative "comparison"
require_relative "dtest_run"
require_relative "project_copy"
require_relative "serial_run"
require_relative "xunit_serial_run"

# What every run of the real dtest owes, whatever the project.
class ParityCase < Minitest::Test
  DTEST = ENV.fetch("DTEST") { abort "parity: DTEST must be the absolute path of dtest" }
  DIFFERENT = "verdicts of dtest and of the framework's own run differ"

  private

  def dtest(copy, seed: nil, args: [], runners: 2, flags: [], paths: [])
    copy.remember
    run = DtestRun.new(DTEST, copy.path, runners: runners, seed: seed, args: args, flags: flags + paths)
    assert_empty run.log.problems, run.output
    assert_empty run.remains, "left behind"
    assert_empty copy.changes, "the project was written to"
    assert_equal run.exit_code, run.log.exit_code, "run.end has another exit code"
    run
  end

  # `drawn`: the seed that dtest drew for itself.
  def serial(copy, run, framework: "rspec", seed: nil, args: [], paths: [])
    options = { args: args, seed: seed, drawn: seed ? nil : run.log.seed }
    return SerialRun.new(copy.path, **options) if framework == "rspec"
    XunitSerialRun.new(copy.path, framework: framework, files: paths.empty? ? nil : paths, **options)
  end

  def assert_parity(run, theirs, differs = {})
    comparison = Comparison.new(run.log.verdicts, theirs.verdicts, differs)
    assert comparison.unexplained.empty?, "#{DIFFERENT}\n#{comparison.table}\n#{theirs.output[-3_000..] || theirs.output}"
    assert_empty theirs.repeated, "an id twice in the serial run"
    comparison
  end
end
