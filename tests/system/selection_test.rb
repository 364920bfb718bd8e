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
    assert_ran %w[one three two], dtest("--", "--tag", "~slow")
  end

  def test_names_and_tags
    assert_ran %w[four three], dtest("-e", "B three", "--example", "our", "spec/models")
    assert_ran %w[four], dtest("--tag", "slow")
    assert_ran %w[one three two], dtest("-t", "~slow")
    nothing = dtest("-e", "no such name")
    assert_exit 0, nothing
    assert_match(/no example ran: the files have none, or all were filtered out/, nothing.out)
    listed = JSON.parse(dtest("list", "--json", "-e", "A two", events: false).out)
    assert_equal ["A two"], listed["files"].flat_map { |file| file["examples"] }.map { |example| example["name"] }
  end

  # Minitest knows names of methods, and no tags.
  def test_names_in_minitest
    project({ "test/a_test.rb" => "require 'minitest/autorun'\nclass A < Minitest::Test\n  def test_adds_tax; end\n  " \
                                  "def test_adds_up; end\n  def test_rest; end\nend\n" }, "minitest")
    run = dtest("-e", "adds tax", "-e", "A#test_r")
    assert_equal %w[test_adds_tax test_rest], run.account.examples.map { |event| event["name"] }.sort
    assert_match(%r{-e is -n '/adds\[ _\]tax\|A\\#test\[ _\]r/' to Minitest}, run.out)
    tagged = dtest("--tag", "slow")
    assert_exit 64, tagged
    assert_match(/Minitest has no tags, so '--tag slow' means nothing to it/, tagged.screen)
    refute_match(/not run|--resume/, tagged.screen)
    assert_exit 64, dtest("plan", "--tag", "slow", events: false)
    twice = dtest("-e", "tax", "--", "-n", "test_rest")
    assert_exit 64, twice
    assert_match(/given twice, as -e and after '--' as -n/, twice.screen)
  end

  # A command to copy runs what failed and nothing else, whatever else stands on its line.
  def test_examples_that_share_a_line
    project({ "spec/a_spec.rb" => "RSpec.describe('A') { 2.times { |i| it(\"fails \#{i}\") { raise } } }\n" }, "loop")
    [%w[./spec/a_spec.rb[1:2]], ["-e", "fails 1"], %w[--retries 1 ./spec/a_spec.rb[1:2]]].each do |words|
      run = dtest(*words)
      %w[again rerun].each do |label|
        assert_match(%r{^ *#{label} +dtest run (-e \S+ )?'\./spec/a_spec\.rb\[1:2\]'}, run.out)
      end
    end
    both = dtest("--retries", "1").out
    assert_match(%r{^rerun +dtest run './spec/a_spec.rb\[1:1\]' './spec/a_spec.rb\[1:2\]'}, both)
    refute_match(%r{^ *again .*a_spec.rb:1}, both)
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
