# frozen_string_literal: true

require_relative "support"
require_relative "parts"

# Signals to the processes of a run at random moments of it.
class ProcessFaultTest < FaultTest
  include Parts

  ENDS = [0, 1, 3, 69].freeze
  # Whose death makes a stopped process go on.
  WAKERS = { "daemon" => %w[dtest], "guardian" => %w[daemon dtest] }.freeze

  Parts::NAMES.each do |part|
    fault("#{part}_killed") { killed(part) }
    fault("#{part}_stopped_and_continued") { stopped_and_continued(part) }
  end

  Parts::KEEPERS.permutation(2) do |stopped, killed|
    fault("#{stopped}_stopped_#{killed}_killed") { stopped_then_killed(stopped, killed) }
  end

  Parts::KEEPERS.combination(2) { |both| fault("#{both.join("_and_")}_killed") { killed(*both) } }
  fault("all_but_runners_killed") { killed(*Parts::KEEPERS) }

  private

  # Runs the suite up to a random moment, and yields the run when it has not ended by then.
  def at_a_moment
    suite
    run = start_suite("--crash-retries", "1", "--grace", "200ms")
    yield run if wait_for_moment(run)
    run
  end

  def killed(*parts)
    run = at_a_moment do |running|
      # Before that, a killed dtest has nobody who could clean up; and it may be over by now.
      wait("the daemon") { process(/dtestd --embedded/) || running.status }
      parts.shuffle(random: random).each { |part| signal_part(:KILL, part, running) }
    end
    judge(run.finish, *parts)
  end

  # Without dtest nobody writes the account: that nothing is left is all that can be asked for. A runner is replaced
  # and its file tried again, so its end costs nothing, unless it was about to leave: then its exit handlers did not run.
  def judge(run, *parts)
    return assert_no_process if (Parts::KEEPERS - parts).empty? # nobody is left who could clean up
    return assert_nothing_left if run.status == "SIGKILL"
    return assert_cut_short(run, *ENDS) unless parts == ["runner"]
    left = run.account.kind("test.error").map { |event| event["where"] }.grep(/the exit of runner/)
    assert_exit left.empty? ? 0 : 1, run
    assert_whole run
  end

  # Everything stands still for a while; nobody is taken for dead.
  def stopped_and_continued(part)
    run = at_a_moment do |running|
      pid = signal_part(:STOP, part, running) or next
      sleep random.rand
      continue(pid)
    end
    assert_exit 0, run.finish
    assert_whole run
  end

  # What is stopped cannot say goodbye, and cannot clean up. Only whoever ended its keeper makes it go on; a run whose
  # daemon stands still waits for it, so that is continued by hand, as dtest is.
  def stopped_then_killed(stopped, killed)
    run = at_a_moment do |running|
      signal_part(:STOP, stopped, running) or next
      sleep random.rand * 0.2
      signal_part(:KILL, killed, running)
      signal_part(:CONT, stopped, running) unless WAKERS.fetch(stopped, []).include?(killed)
    end
    judge(run.finish, stopped, killed)
  end
end
