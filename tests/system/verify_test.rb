# frozen_string_literal: true

require_relative "support"

# dtest events --verify FILE, on the event files of real runs. That of every other system test is verified too, when
# the test ends.
class VerifyTest < SystemTest
  def finished_run
    project("spec/a_spec.rb" => spec({ "passes" => "", "fails" => "raise 'no'", "waits" => "skip" }),
            "spec/b_spec.rb" => spec({ "dies" => "Process.kill(:KILL, $$)" }),
            "spec/c_spec.rb" => "nonsense")
    dtest
  end

  def verify(path, *more)
    dtest("events", "--verify", path, *more, events: false)
  end

  # The lines of a run with something done to them.
  def altered(run)
    lines = File.readlines(run.events_path)
    yield lines
    File.write(place("altered"), lines.join)
    place("altered")
  end

  def index(lines, kind)
    lines.index { |line| JSON.parse(line)["kind"] == kind }
  end

  def test_the_account_of_a_bad_run_holds
    run = finished_run
    assert_exit 1, run
    checked = verify(run.events_path)
    assert_exit 0, checked
    assert_match(/#{run.events.size} events of run \h{8}: the account holds$/, checked.out)
    assert_match(/^3 files, 5 verdicts: 1 passed, 1 failed, 1 pending, 1 error, 1 crashed$/, checked.out)
    assert_empty checked.err
  end

  def test_as_json
    run = finished_run
    report = JSON.parse(verify(run.events_path, "--json").out)
    assert_equal [true, 0, 3, run.events.size, []],
                 report.values_at("holds", "violations_total", "files", "events", "violations")
    assert_equal run.events.first["run"], report["run"]
    assert_equal 1, report["counts"]["crashed"]
  end

  def test_a_lost_line
    run = finished_run
    at = nil
    checked = verify(altered(run) { |lines| lines.delete_at(at = index(lines, "test.end")) })
    assert_exit 1, checked
    assert_match(/^\S+:#{at + 1}: its number is #{at + 2}, and #{at + 1} was expected$/, checked.out)
    assert_match(/^\S+: \d+ events of run \h{8}: \d+ violations$/, checked.out)
  end

  def test_a_verdict_that_was_changed
    run = finished_run
    changed = altered(run) { |lines| lines.each { |line| line.sub!('"status":"failed"', '"status":"passed"') } }
    checked = verify(changed, "--json")
    assert_exit 1, checked
    report = JSON.parse(checked.out)
    refute report["holds"]
    assert_includes report["violations"].map { |violation| violation["text"] },
                    "spec/a_spec.rb: 1 passed by its end, 2 by its examples"
  end

  def test_a_file_that_was_cut_off
    run = finished_run
    checked = verify(altered(run) { |lines| lines.last.slice!(-40..-1) })
    assert_exit 1, checked
    assert_match(/run.end is missing: the stream was cut off/, checked.out)
    assert_match(/the line has no end: the file was cut off/, checked.out)
  end

  def test_the_file_of_a_killed_run
    project("spec/a_spec.rb" => spec({ "stays" => stays }))
    run = start
    wait_until_stays
    run.signal(:KILL)
    run.finish
    checked = verify(run.events_path)
    assert_exit 1, checked
    assert_match(/run.end is missing: the stream was cut off/, checked.out)
    assert_nothing_left
  end

  def test_what_is_no_event_file
    File.write(place("text"), "hello\n")
    checked = verify(place("text"))
    assert_exit 1, checked
    assert_match(/text:1: it is no JSON object/, checked.out)
    File.write(place("empty"), "")
    assert_match(/there are no events/, verify(place("empty")).out)
  end

  def test_what_cannot_be_read
    missing = verify(place("missing"))
    assert_exit 64, missing
    assert_match(/cannot read the event file .*missing: No such file/, missing.err)
    directory = verify(root)
    assert_exit 64, directory
    assert_match(/it is a directory/, directory.err)
    assert_exit 64, dtest("events", "--verify", "x", "latest", events: false)
    assert_exit 64, dtest("events", "--json", events: false)
  end
end
