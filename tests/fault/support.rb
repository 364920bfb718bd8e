# frozen_string_literal: true

require "zlib"
require_relative "../system/support"
require_relative "suite"
require_relative "judge"
require_relative "runner_faults"

# Faults at random moments. What is random comes from Minitest's seed, which it prints, and the name of the test: the
# same --seed and name choose the same suite, place and moment. FAULT_TIMES says how often each fault is tried.
class FaultTest < SystemTest
  parallelize_me! # most of it is waiting

  TIMES = Integer(ENV.fetch("FAULT_TIMES", "1"))
  BAD = %w[failed error crashed timed_out].freeze

  # Each fault is a test of its own, as many times as asked for.
  def self.fault(name, &body)
    (1..TIMES).each { |round| define_method(TIMES == 1 ? "test_#{name}" : "test_#{name}_#{round}", &body) }
  end

  def random
    @random ||= Random.new(Zlib.crc32("#{Minitest.seed} #{self.class} #{name}"))
  end

  def suite(**wishes)
    @suite = Suite.new(random, witness: place("ran"), **wishes)
  end

  # Writes the suite and starts dtest on it.
  def start_suite(*arguments, **options)
    project(@suite.files)
    start("-j#{random.rand(1..3)}", "--no-history", *arguments, **options)
  end

  def some(list)
    list.sample(random: random)
  end

  # A moment that does not depend on how fast the machine is: so many events are written, and a little more. Returns
  # false when the run ended before.
  def wait_for_moment(run, most = @suite.files.size * 3 + @suite.examples.size + 8)
    lines = random.rand(0..most)
    Machine.wait { run.status || lines.zero? || run.lines >= lines } or flunk "no #{lines} events\n#{run.screen}"
    sleep random.rand * 0.05
    run.status.nil?
  end

  # The whole promise: every verdict, and nothing else than verdicts, is there, and nothing of the run is left.
  def assert_whole(run, planted: {})
    assert_empty Judge.new(@suite, run.account, planted: planted).faults, run.screen
    assert_equal run.account.end["exit_code"], run.status, run.screen
    assert_nothing_left
  end

  # As above, of a run that something ended before its time: what has a verdict has the right one.
  def assert_cut_short(run, *codes)
    allowed = @suite.verdicts.transform_values { |status| [status, "not_run"] }
    assert_includes codes, run.status, run.screen
    assert_whole(run, planted: allowed)
  end
end
