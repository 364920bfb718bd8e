# frozen_string_literal: true

require_relative "support"

# Faults of the process that runs a test, in a random example of a random suite.
class RunnerFaultTest < FaultTest
  RunnerFaults::ALL.each do |kind|
    fault(kind.name) { always(kind) }
    fault("#{kind.name}_once") { once(kind) } if kind.again
  end

  # It happens at each attempt: one bad verdict, and of its file the rest is not run.
  def always(kind)
    suite
    guilty = @suite.plant(kind.code)
    run = start_suite(*kind.arguments(random.rand(0..1))).finish
    planted = @suite.after(guilty).to_h { |example| [example.full_name, rest(kind, example)] }
    assert_whole run, planted: planted.merge(guilty.full_name => [kind.status])
    assert_exit kind.status == "passed" ? 0 : 1, run
    assert_match kind.how, run.screen
  end

  # A second attempt is all it takes, and the account says that it was flaky.
  def once(kind)
    suite
    mark = place("once").inspect
    guilty = @suite.plant("unless File.exist?(#{mark})\nFile.write(#{mark}, '')\n#{kind.code}\nend")
    run = start_suite(*kind.arguments(1)).finish
    assert_whole run
    assert_exit 0, run
    assert_equal 1, run.account.counts["flaky"], "#{guilty.full_name}\n#{run.screen}"
  end

  private

  def rest(kind, example)
    %w[crashed timed_out].include?(kind.status) ? ["not_run"] : [example.status]
  end
end
