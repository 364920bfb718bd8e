# frozen_string_literal: true

require_relative "support"
require_relative "standing"

# Real sockets between a dtest and a dtestd that stands by itself, and a relay between them that loses, repeats, delays
# and reorders messages, breaks connections, and holds everything up: numbers, acknowledgements and repetitions of the
# protocol (doc/protocol.md §4, §5) make up for all of it.
class LinkFaultTest < FaultTest
  include Standing

  def teardown
    close_relays
    super
  end

  { "a_percent" => 0.01, "a_tenth" => 0.1, "a_third" => 0.3 }.each do |name, share|
    fault("#{name}_lost_twice_and_late") do
      weather = Flow::Weather.new(lost: share, twice: share, late: share, most: 0.3)
      run_through(weather, files: 10..20, each: 3..8).finish
      assert_unharmed
      %i[lost twice late].each { |kind| assert_operator @relay.counts[kind], :>, 0, kind } unless share < 0.1
    end
  end

  # Whoever was cut off connects again, and what was under way is sent again.
  fault("connections_cut") do
    run = run_through(files: 5..10)
    random.rand(1..5).times { wait_for_moment(run) && @relay.cut }
    run.finish
    assert_unharmed
  end

  # Shorter than the lease: nobody is taken for dead.
  { "work" => %w[w], "results" => %w[r], "both" => %w[w r] }.each do |name, links|
    fault("#{name}_held_up") do
      run = run_through
      @relay.hold(*links) if wait_for_moment(run)
      sleep random.rand * 3
      @relay.release
      run.finish
      assert_unharmed
    end
  end

  # Longer than the lease: the node ends the session, by itself, and what it had not told by then runs again.
  fault("held_up_beyond_the_lease") do
    run = run_through(pause: 0.2)
    @relay.hold(*some([%w[w], %w[r], %w[w r]])) if wait_for_moment(run)
    wait("the end of the session") { run.status || rubies_gone? }
    sleep random.rand * 12 # the node may have forgotten it by then
    @relay.release
    run.finish
    assert_unharmed
  end

  # Another daemon takes the place of one that was killed, and knows nothing of the run.
  fault("daemon_replaced") do
    run = run_through(pause: 0.1)
    if wait_for_moment(run)
      @daemon.signal(:KILL)
      @daemon.finish
      start_daemon
    end
    run.finish
    assert_unharmed
  end

  # Without its dtest a session ends with its lease.
  fault("dtest_killed") do
    run = run_through
    run.signal(:KILL) if wait_for_moment(run)
    run.finish
    Machine.wait { processes.map(&:pid) == [@daemon.pid] }
    assert_equal [@daemon.pid], processes.map(&:pid), processes.join("\n")
    stop_daemon
    assert_exit 0, @daemon
  end

  private

  def rubies_gone?
    processes.none? { |process| process.title.match?(/\Adtest (boot|runner)|boot\.rb/) }
  end

  # Starts a random suite whose messages go through that weather.
  def run_through(weather = Flow::CALM, **size)
    start_daemon
    @relay = relay("x", random, weather)
    suite(bad: 0.1, **size)
    @run = start_suite(**standing("x"))
  end

  def assert_unharmed
    expected = @suite.verdicts.value?("failed") ? 1 : 0
    assert_exit expected, @run
    assert_empty Judge.new(@suite, @run.account).faults, @run.screen
    assert_equal @suite.verdicts, @run.account.verdicts
    stop_daemon
    assert_exit 0, @daemon
    assert_nothing_left
  end
end
