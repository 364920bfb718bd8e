# frozen_string_literal: true

require_relative "support"

# --runner-memory: a runner that keeps too much is replaced between two files.
class MemoryTest < SystemTest
  # Files that keep 60 MB each, and say how many of them this process has kept.
  def keepers(count, extra = {})
    files = (1..count).to_h do |i|
      body = { "keeps" => "($keep ||= []) << 'x' * 60_000_000; File.write('#{place("kept#{i}")}', $keep.size)" }
      ["spec/f#{i}_spec.rb", spec(body, group: "F#{i}")]
    end
    project(files.merge(extra))
  end

  def kept(count)
    (1..count).map { |i| Integer(File.read(place("kept#{i}"))) }
  end

  def replacements(run)
    run.of_kind("runner.end").select { |event| event["reason"] == "memory" }
  end

  def test_replaced_before_each_further_file
    helper = "RSpec.configure { |c| c.before(:suite) { File.write('#{place("suites")}', 's', mode: 'a') } }"
    keepers(4, ".rspec" => "--require spec_helper", "spec/spec_helper.rb" => helper)
    run = dtest("-j1", "--runner-memory", "55M")
    assert_exit 0, run
    assert_empty run.account.faults
    assert_equal [1] * 4, kept(4)
    assert_equal 3, replacements(run).size
    assert(replacements(run).all? { |event| event["rss_kb"] > 55 * 1024 && event["how"] == "exit 0" }, run.last_events)
    assert_equal 4, File.size(place("suites")), "before(:suite) runs in each process"
    assert_match(/^memory +runner 1 replaced 3 times at up to \d+ MiB/, run.out)
    assert_equal [1] * 4, run.of_kind("file.end").map { |event| event["attempt"] }
    assert_nothing_left
  end

  def test_nobody_is_replaced_without_the_flag
    keepers(3)
    run = dtest("-j1")
    assert_exit 0, run
    assert_equal [1, 2, 3], kept(3).sort
    refute_match(/replaced/, run.out)
  end

  def test_one_that_begins_too_large_is_told_once
    keepers(3)
    run = dtest("-j1", "--runner-memory", "1M")
    assert_exit 0, run
    assert_equal [1, 2, 3], kept(3).sort
    assert_empty replacements(run)
    assert_equal 1, run.out.scan(/such runners are not replaced/).size, run.out
  end

  def test_exit_handlers_of_tests_run_at_the_replacement
    keepers(2)
    code = "at_exit { File.write('#{place("bye")}', 'x', mode: 'a') }; $keep = 'x' * 60_000_000"
    project((1..3).to_h { |i| ["spec/f#{i}_spec.rb", spec({ "registers" => code }, group: "F#{i}")] })
    run = dtest("-j1", "--runner-memory", "55M")
    assert_exit 0, run
    assert_equal "xxx", File.read(place("bye"))
  end

  def test_bad_sizes
    assert_exit 64, dtest("--runner-memory", "much", events: false)
    assert_exit 64, dtest("--runner-memory", "-1", events: false)
  end
end
