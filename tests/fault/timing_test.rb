# frozen_string_literal: true

require_relative "support"
require_relative "parts"

# What a run that something ends has learned until then is not lost.
class TimingFaultTest < FaultTest
  include Parts

  { "terminated" => %w[TERM], "interrupted_twice" => %w[INT INT], "interrupted_thrice" => %w[INT INT INT] }
    .each do |name, signals|
      fault("timings_of_a_run_that_is_#{name}") do
        kept { |run| signals.each { |signal| signal_part(signal, "dtest", run) } }
      end
    end

  %w[daemon guardian].each do |part|
    fault("timings_of_a_run_whose_#{part}_is_killed") { kept { |run| signal_part(:KILL, part, run) } }
  end

  # What it wrote down last may be missing, but nothing is damaged.
  fault("timings_of_a_run_whose_dtest_is_killed") do
    at_a_moment { |run| signal_part(:KILL, "dtest", run) }
    ran = @suite.ran
    began = @suite.examples.select { |example| ran.key?(example.full_name) }.map(&:path)
    again = next_run
    assert_equal 1, again.of_kind("run.start").size
    refute_match(/damaged|set aside|WARN/, again.screen)
    assert_empty known(again) - began
  end

  private

  def kept(&end_it)
    ended = at_a_moment(&end_it)
    assert_empty ended - known(next_run)
  end

  # The files that ended before the run did.
  def at_a_moment
    suite(pause: 0.05, files: 4..12)
    project(@suite.files)
    run = start("-j#{random.rand(1..3)}", "--grace", "200ms")
    yield run if wait_for_moment(run)
    run.finish
    assert_nothing_left
    run.of_kind("file.end").select { |event| event["status"] == "passed" }.map { |event| event["path"] }
  end

  def next_run
    again = dtest("-j1")
    assert_exit 0, again
    again
  end

  def known(run)
    run.of_kind("run.plan").last["files"].reject { |file| file["new"] }.map { |file| file["path"] }
  end
end
