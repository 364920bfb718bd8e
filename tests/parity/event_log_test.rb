# frozen_string_literal: true

require "minitest/autorun"
require_relative "comparison"
require_relative "event_log"

# The reader itself: it must see what is wrong with a stream.
class EventLogTest < Minitest::Test
  COUNTS = EventLog::COUNTED.to_h { |status| [status, 0] }.freeze

  def log(*events)
    EventLog.new(events.each_with_index.map { |event, index| JSON.generate({ "seq" => index + 1 }.merge(event)) })
  end

  def plan(*paths)
    { "kind" => "run.plan", "seed" => 1, "files" => paths.map { |path| { "path" => path } } }
  end

  def verdict(id, status, attempt: 1, item: 0)
    { "kind" => "test.end", "path" => "a", "item" => item, "attempt" => attempt, "id" => id, "status" => status }
  end

  def file(kind, attempt: 1, item: 0, status: "passed")
    { "kind" => kind, "path" => "a", "item" => item, "attempt" => attempt, "status" => status, "failure" => 0 }
  end

  def finish(counts = {}, not_run = [])
    { "kind" => "run.end", "last" => true, "counts" => COUNTS.merge(counts), "not_run" => not_run, "exit_code" => 0 }
  end

  def test_a_sound_stream
    one = log(plan("a"), verdict("1", "passed"), file("file.end"), finish("passed" => 1))
    assert_empty one.problems
    assert_equal({ "1" => "passed" }, one.statuses)
  end

  def test_verdicts_of_a_void_attempt_do_not_count
    one = log(plan("a"), verdict("1", "failed"), file("file.requeue"), verdict("1", "passed", attempt: 2),
              file("file.end", attempt: 2), finish("passed" => 1))
    assert_empty one.problems
    assert_equal({ "1" => "passed" }, one.statuses)
  end

  def test_what_never_ran_is_in_the_last_event
    one = log(plan("a"), file("file.end"), finish({ "not_run" => 1 }, [{ "path" => "a", "id" => "1", "reason" => "x" }]))
    assert_empty one.problems
    assert_equal({ "1" => "not_run" }, one.statuses)
  end

  def test_a_file_that_never_ran_counts_once
    assert_empty log(plan("a"), finish({ "not_run" => 1 }, [{ "path" => "a", "id" => "", "reason" => "x" }])).problems
  end

  def test_it_sees_a_gap
    assert_match(/seq 3 stands at line 2/, log(plan, finish.merge("seq" => 3)).problems.join)
  end

  def test_it_sees_that_the_end_is_missing
    assert_match(/the last event is run.plan/, log(plan).problems.join)
  end

  def test_it_sees_two_verdicts
    one = log(plan("a"), verdict("1", "passed"), verdict("1", "passed"), file("file.end"), finish("passed" => 2))
    assert_includes one.problems, "1 has two verdicts"
  end

  def test_it_sees_a_file_accepted_twice
    one = log(plan("a"), file("file.end"), file("file.end", attempt: 2), finish)
    assert_match(/two attempts of a item 0/, one.problems.join)
  end

  def test_it_sees_verdicts_that_nobody_accepted
    assert_match(/neither accepted nor void/, log(plan("a"), verdict("1", "passed"), finish).problems.join)
  end

  def test_it_sees_a_file_without_an_account
    assert_match(/not accounted for: a/, log(plan("a"), finish).problems.join)
  end

  def test_it_sees_counts_that_are_wrong
    one = log(plan("a"), verdict("1", "passed"), file("file.end"), finish("passed" => 2))
    assert_match(/run.end counts 2 passed, the events have 1/, one.problems.join)
  end

  def verdicts(statuses)
    statuses.to_h { |id, status| [id, EventLog::Verdict.new(id, status, "name", "")] }
  end

  def test_comparison
    one = Comparison.new(verdicts("./a[1:1]" => "passed", "./a[1:2]" => "failed", "./b[1:1]" => "passed"),
                         verdicts("./a[1:1]" => "passed", "./a[1:2]" => "passed"), "b" => "why", "c" => "stale")
    assert_equal ["./a[1:2]"], one.unexplained.map(&:id)
    assert_equal %w[./a[1:2] ./b[1:1]], one.differences.map(&:id)
    assert_equal ["c"], one.stale
  end
end
