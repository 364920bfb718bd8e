# frozen_string_literal: true

require_relative "support"

# What is run, and what is said when that is nothing.
class SelectionTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec({ "one" => "", "two" => "" }, group: "A"),
            "spec/models/b_spec.rb" => spec({ "three" => "" }, group: "B"),
            "spec/models/c_spec.rb" => "RSpec.describe('C') { it('four', :slow) {} }\n")
  end

  def assert_ran(names, run)
    assert_exit 0, run
    assert_empty run.account.faults
    assert_equal names, run.account.examples.map { |event| event["name"] }.sort
  end

  def test_everything
    assert_ran %w[four one three two], dtest
  end

  def test_file_directory_and_line
    assert_ran %w[one two], dtest("spec/a_spec.rb")
    assert_ran %w[four three], dtest("spec/models")
    assert_ran %w[two], dtest("spec/a_spec.rb:6")
    assert_ran %w[one], dtest("./spec/a_spec.rb[1:1]")
    assert_ran %w[four one], dtest("spec/a_spec.rb:3", "spec/models/c_spec.rb")
  end

  def test_absolute_path
    assert_ran %w[one two], dtest("#{@project}/spec/a_spec.rb")
  end

  def test_pattern_and_exclude
    assert_ran %w[four three], dtest("--pattern", "spec/models/**/*_spec.rb")
    assert_ran %w[one two], dtest("--exclude", "spec/models/**/*")
    assert_ran %w[one three two], dtest("--exclude", "**/c_spec.rb")
  end

  def test_framework_arguments
    assert_ran %w[three], dtest("--", "-e", "B three")
    assert_ran %w[four], dtest("--", "--tag", "slow")
    assert_ran %w[one three two], dtest("--", "--tag", "~slow")
  end

  def test_directory_flag
    assert_ran %w[one two], dtest("-C", "project", "spec/a_spec.rb", dir: root)
  end

  def test_missing_file
    run = dtest("spec/nowhere_spec.rb")
    assert_exit 1, run
    assert_match(%r{spec/nowhere_spec\.rb}, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_pattern_that_matches_nothing
    run = dtest("--pattern", "spec/**/*_nothing.rb")
    assert_exit 4, run
    assert_empty run.account.faults
    assert_match(%r{spec/\*\*/\*_nothing\.rb}, run.screen)
    assert_nothing_left
  end

  def test_everything_filtered_out
    run = dtest("--", "--tag", "nosuchtag")
    assert_exit 0, run
    assert_empty run.account.faults
    assert_match(/filter/, run.screen)
  end

  def test_line_of_no_example
    run = dtest("spec/a_spec.rb:4000")
    assert_includes [0, 4], run.status
    assert_empty run.account.faults
  end

  def test_no_files
    FileUtils.rm_rf(Dir["#{@project}/spec/*"])
    run = dtest
    assert_exit 4, run
    assert_match(/spec/, run.screen)
    assert_empty run.account.faults
  end

  def test_no_framework
    FileUtils.rm_rf("#{@project}/spec")
    run = dtest
    assert_exit 78, run
    assert_match(/spec/, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_spec_file_that_is_a_directory
    Dir.mkdir("#{@project}/spec/d_spec.rb")
    run = dtest
    assert_includes [0, 1], run.status
    assert_equal 4, run.account.counts["passed"]
    assert_empty run.account.faults
  end

  def test_fail_fast
    # What was handed out already still runs; the first failure must be heard before the others are over.
    project({ "spec/a_spec.rb" => spec({ "fails" => "fail" }, group: "A"),
              "spec/b_spec.rb" => spec({ "fails" => "sleep 2; fail" }, group: "B"),
              "spec/c_spec.rb" => spec({ "fails" => "sleep 2; fail" }, group: "C") }, "failing")
    run = dtest("-j1", "--fail-fast")
    assert_exit 1, run
    assert_empty run.account.faults
    assert_operator run.account.counts["failed"], :<, 3
    refute_empty run.account.end["not_run"]
    assert_equal "fail_fast", run.of_kind("run.cancel").first["reason"]
  end

  def test_seed
    project({ ".rspec" => "--order random\n", "spec/a_spec.rb" => spec((1..9).to_h { |i| ["e#{i}", ""] }) }, "random")
    runs = [7, 7, 8].map { |seed| dtest("-j1", "--seed", seed.to_s) }
    orders = runs.map { |run| run.of_kind("test.end").map { |event| event["name"] } }
    assert_equal orders[0], orders[1]
    refute_equal orders[0], orders[2]
  end
end
