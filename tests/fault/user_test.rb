# frozen_string_literal: true

require_relative "support"

# What a person does to a run, at random moments of it.
class UserFaultTest < FaultTest
  RESISTS = "trap('TERM') {}; trap('INT') {}"

  # Ctrl-C so many times: everything that began ends (once), is killed (twice), is left to be killed (thrice).
  { "once" => 1, "twice" => 2, "thrice" => 3 }.each do |word, times|
    fault("interrupt_#{word}") { press(times) }
    fault("interrupt_#{word}_while_a_test_resists") { press(times, "#{RESISTS}; sleep #{random.rand}") }
  end

  fault("terminal_closed") do
    at_a_moment(terminal: true, &:hang_up)
    assert_cut_short(@run.finish, 0, 143)
  end

  { "TERM" => 143, "HUP" => 143, "INT" => 130 }.each do |signal, code|
    fault("signal_#{signal}") do
      at_a_moment { |run| run.signal(signal) }
      assert_cut_short(@run.finish, 0, code)
    end
  end

  private

  def at_a_moment(code = "", **options)
    suite
    @suite.plant(code)
    @run = start_suite("--grace", "200ms", **options)
    yield @run if wait_for_moment(@run)
    @run
  end

  def press(times, code = "")
    at_a_moment(code, terminal: true) do |run|
      times.times do
        run.terminal.write("\x03")
        sleep random.rand * 0.1
      end
    rescue Errno::EIO
      nil # it ended between two
    end
    assert_cut_short(@run.finish, 0, 130)
  end
end
