# frozen_string_literal: true

require "yaml"
require_relative "parity_case"

# A project of three frameworks, run as one, against a serial run of each of
# them. `serial` of its expected.yml says which files are whose.
class MixedTest < ParityCase
  SOURCE = File.expand_path("../fixtures/mixed/project", __dir__)
  EXPECTED = YAML.safe_load(File.read(File.join(SOURCE, "expected.yml"))).freeze

  def test_loaded_once
    check
  end

  def test_loaded_in_each_runner
    check("--preload=framework")
  end

  def test_one_framework_of_three
    ProjectCopy.of(SOURCE) do |copy|
      run = dtest(copy, flags: %w[--framework=test-unit], paths: %w[test/test_stack.rb])
      assert_equal EXPECTED["verdicts"].select { |id, _| id.start_with?("TestStack") }, run.log.statuses.sort.to_h, run.output
    end
  end

  def test_a_folder_of_two
    ProjectCopy.of(SOURCE) do |copy|
      run = dtest(copy, paths: %w[test])
      assert_equal EXPECTED["verdicts"].reject { |id, _| id.start_with?("./spec") }, run.log.statuses.sort.to_h, run.output
    end
  end

  private

  def check(*flags)
    ProjectCopy.of(SOURCE) do |copy|
      run = dtest(copy, flags: flags)
      assert_equal EXPECTED["verdicts"], run.log.statuses.sort.to_h, run.output
      assert_equal EXPECTED["exit"], run.exit_code
      assert_names(run)
      comparison = Comparison.new(run.log.verdicts, theirs(copy, run), EXPECTED["differs"])
      assert_empty comparison.unexplained, comparison.table
      assert_empty comparison.stale
    end
  end

  def assert_names(run)
    assert_match(/RSpec [\d.]+, Minitest [\d.]+, Test::Unit [\d.]+/, run.output)
  end

  def theirs(copy, run)
    xunit = EXPECTED["serial"].map { |framework, files| serial(copy, run, framework: framework, paths: files).verdicts }
    xunit.inject(serial(copy, run).verdicts, :merge)
  end
end
