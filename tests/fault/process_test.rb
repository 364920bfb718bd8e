# frozen_string_literal: true

require_relative "support"

# Signals to the processes of a run at random moments of it.
class ProcessFaultTest < FaultTest
  RUNNER = /\Adtest runner \d/.freeze
  PARTS = {
    "dtest" => ->(_, run) { run.pid },
    "daemon" => ->(test, _) { test.process(/dtestd --embedded/)&.pid },
    "guardian" => ->(test, _) { test.process(/guardian/)&.pid },
    "boot_process" => ->(test, _) { test.rubies.find { |ruby| !ruby.title.match?(RUNNER) }&.pid },
    "runner" => ->(test, _) { test.rubies.select { |ruby| ruby.title.match?(RUNNER) }.sample(random: test.random)&.pid }
  }.freeze
  ENDS = [0, 1, 3, 69].freeze
  KEEPERS = { "daemon" => %w[dtest], "guardian" => %w[daemon dtest] }.freeze

  PARTS.each_key do |part|
    fault("#{part}_killed") { killed(part) }
    fault("#{part}_stopped_and_continued") { stopped_and_continued(part) }
  end

  PARTS.keys.first(3).permutation(2) do |stopped, killed|
    fault("#{stopped}_stopped_#{killed}_killed") { stopped_then_killed(stopped, killed) }
  end

  PARTS.keys.first(3).combination(2) { |both| fault("#{both.join("_and_")}_killed") { all_killed(both) } }
  fault("all_but_runners_killed") { all_killed(PARTS.keys.first(3)) }

  # Children of the guardian: the boot process and the runners.
  def rubies
    guardian = process(/guardian/) or return []
    processes.select { |other| other.parent == guardian.pid }
  end

  private

  # Runs the suite up to a random moment, and yields the run when it has not ended by then.
  def at_a_moment
    suite
    run = start_suite("--crash-retries", "1", "--grace", "200ms")
    yield run if wait_for_moment(run)
    run
  end

  def killed_keeper?(part, killed)
    KEEPERS.fetch(part, []).include?(killed)
  end

  def signal(name, part, run)
    pid = PARTS.fetch(part).call(self, run)
    pid && Process.kill(name, pid) && pid
  rescue Errno::ESRCH
    nil
  end

  def killed(part)
    run = at_a_moment { |running| signal(:KILL, part, running) }.finish
    judge(run, part)
  end

  def all_killed(parts)
    run = at_a_moment { |running| parts.shuffle(random: random).each { |part| signal(:KILL, part, running) } }.finish
    judge(run, *parts)
  end

  # Without dtest nobody writes the account: that nothing is left is all that can be asked for. A runner is replaced
  # and its file tried again, so its end costs nothing.
  def judge(run, *parts)
    return assert_no_process if (PARTS.keys.first(3) - parts).empty? # nobody is left who could clean up
    return assert_nothing_left if run.status == "SIGKILL"
    return assert_cut_short(run, *ENDS) unless parts == ["runner"]
    assert_exit 0, run
    assert_whole run
  end

  # Everything stands still for a while; nobody is taken for dead.
  def stopped_and_continued(part)
    run = at_a_moment do |running|
      pid = signal(:STOP, part, running) or next
      sleep random.rand
      Process.kill(:CONT, pid)
    end
    assert_exit 0, run.finish
    assert_whole run
  end

  # What is stopped cannot say goodbye, and cannot clean up. Only whoever ended its keeper makes it go on; a run whose
  # daemon stands still waits for it, so that is continued by hand, as dtest is.
  def stopped_then_killed(stopped, killed)
    run = at_a_moment do |running|
      signal(:STOP, stopped, running) or next
      sleep random.rand * 0.2
      signal(:KILL, killed, running)
      signal(:CONT, stopped, running) unless killed_keeper?(stopped, killed)
    end
    run.finish
    judge(run, stopped, killed)
  end
end
