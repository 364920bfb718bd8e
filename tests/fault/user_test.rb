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
      next assert_nothing_left if ended_before_it_began?(signal)
      assert_cut_short(@run, 0, code)
    end
  end

  # Ctrl-Z and fg; and ends while it stands still.
  fault("stopped_by_hand") do
    at_a_moment { |run| stop_by_hand(run) }
    assert_exit 0, @run.finish
    assert_whole @run
  end

  fault("stopped_by_hand_and_killed") do
    at_a_moment do |run|
      run.signal(:TSTP)
      sleep random.rand * 0.3
      run.signal(:KILL)
    end
    @run.finish
    assert_nothing_left
  end

  fault("stopped_by_hand_and_interrupted") do
    at_a_moment do |run|
      stop_by_hand(run) { run.signal(:INT) }
    end
    next assert_nothing_left if @run.finish.status == "SIGINT" && @run.events.empty?
    assert_cut_short(@run, 0, 130)
  end

  private

  def stop_by_hand(run)
    run.signal(:TSTP)
    sleep random.rand
    yield if block_given?
  ensure
    run.signal(:CONT)
  end

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
    return assert_nothing_left if ended_before_it_began?("INT")
    assert_cut_short(@run, 0, 130)
  end

  # Then it is ended as any program is.
  def ended_before_it_began?(signal)
    @run.finish.status == "SIG#{signal}" && @run.events.empty?
  end
end
