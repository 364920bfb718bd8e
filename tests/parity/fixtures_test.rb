# frozen_string_literal: true

require "yaml"
require_relative "parity_case"

# Each fixture through the real dtest on two runners gives what its
# expected.yml says (tests/fixtures/rspec/README.md), and the framework's own
# serial run agrees except where that file says why not.
class FixturesParityTest < ParityCase
  ROOT = File.expand_path("../fixtures", __dir__)

  Dir[File.join(ROOT, "{rspec,minitest,test_unit}/*/expected.yml")].sort.each do |path|
    framework, name = path.split("/")[-3, 2]
    define_method("test_#{framework}_#{name}") { check(File.dirname(path), YAML.safe_load(File.read(path)), framework) }
  end

  private

  def check(source, expected, framework)
    options = { seed: expected["seed"], args: expected["args"] || [], paths: expected["paths"] || [] }
    ProjectCopy.of(source) do |copy|
      run = dtest(copy, **options)
      assert_expected(run, expected)
      next if expected["serial"] == false
      theirs = serial(copy, run, framework: framework, **options)
      comparison = assert_parity(run, theirs, expected["differs"])
      assert_empty comparison.stale, "`differs` explains what does not differ"
    end
  end

  def assert_expected(run, expected)
    assert_equal expected["verdicts"], run.log.statuses.sort.to_h, run.output
    assert_equal expected["files"] || {}, run.log.outcomes, run.output
    assert_equal expected["exit"], run.exit_code, run.output
    return assert_boot_failure(run, expected) if expected["boot"]
    assert_equal expected["errors"] || 0, run.log.distinct_errors.size, run.output
  end

  def assert_boot_failure(run, expected)
    assert_match(/^BOOT .*/, run.output)
    assert_includes run.output.gsub(/\s+/, " "), expected["boot"]
    refute_includes run.output, "\\n", "line ends are shown as such"
  end
end
