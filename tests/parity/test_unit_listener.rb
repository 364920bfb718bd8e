# frozen_string_literal: true

require "test/unit"

# Test::Unit's own verdicts, written at once and by methods that are taken
# before the project loads, so that they survive what tests do to the process:
#
#   PARITY_OUT=VERDICTS ruby -r THIS -e LOADER FILE... [-- ARG...]
#
# loads the files as rake does. A line is status, id, name and message, each
# as String#dump, between tabs.
class TestUnitListener
  LOADER = 'cut = ARGV.index("--") || ARGV.size; files = ARGV.shift(cut); ARGV.shift; ' \
           'files.each { |file| require File.expand_path(file) }'
  PATH = ENV.delete("PARITY_OUT")
  SEED = ENV.delete("PARITY_SEED")
  OWNER = Process.pid
  OPEN = File.method(:open)
  SELF = Process.method(:pid)
  WRITE = IO.instance_method(:write)
  CLOSE = IO.instance_method(:close)
  ADDRESS = /(#<[^\s:>][^\s>]*?):0x\h+/.freeze
  GRAVE = %w[Error Failure].freeze

  def self.command(files, args)
    given = args.empty? ? [] : ["--", *args]
    ["ruby", "-W0", "-Ilib", "-Itest", "-r", __FILE__, "-e", LOADER, *files, *given]
  end

  def attach_to_mediator(mediator)
    mediator.add_listener(Test::Unit::UI::TestRunnerMediator::STARTED) do
      number(leaves(mediator.instance_variable_get(:@suite)))
    end
    mediator.add_listener(Test::Unit::TestCase::STARTED_OBJECT) do |test|
      @test = test
      @faults = []
    end
    mediator.add_listener(Test::Unit::TestResult::FAULT) { |fault| @faults << fault if @faults }
    # FINISHED of the test comes too late where the run stops at a failure.
    mediator.add_listener(Test::Unit::TestResult::FINISHED) { note(@test) }
  end

  private

  def leaves(suite)
    suite.tests.flat_map { |one| one.respond_to?(:tests) ? leaves(one) : [one] }
  end

  # What would have the same id gets the file of its code, and a number from
  # the second on, in the order of definition, whatever the order of the run.
  def number(tests)
    order = Test::Unit::TestCase::DESCENDANTS.each_with_index.to_h.compare_by_identity
    taken = {}
    @ids = {}.compare_by_identity
    tests.each_with_index.sort_by { |test, index| [order[test.class], index] }.each do |test, _|
      @ids[test] = free(title(test), test, taken)
    end
  end

  def title(test)
    "#{test.class.name || test.class.to_s}##{test.local_name}".gsub(ADDRESS, '\1')
  end

  def free(title, test, taken)
    file = test.method(test.method_name).source_location[0].delete_prefix("#{Dir.pwd}/")
    id = taken[title] && taken[title] != file ? "#{title} (#{file})" : title
    number = 1
    id = "#{title} (#{file} #{number += 1})" while taken.key?(id)
    taken[id] = file
    id
  end

  def note(test)
    grave, others = @faults.select(&:critical?).partition { |fault| GRAVE.include?(fault.label) }
    status = grave.any? ? "failed" : others.any? ? "pending" : "passed"
    write(status, @ids[test], test.name, (grave + others).map { |fault| fault.message.to_s.b[0, 2_000] }.join(" | "))
  end

  def write(*fields)
    return unless SELF.call == OWNER
    file = OPEN.call(PATH, "ab")
    WRITE.bind_call(file, fields.map { |field| field.to_s.b.dump }.join("\t") + "\n")
    CLOSE.bind_call(file)
  end
end

Test::Unit::AutoRunner.prepare { |auto_runner| auto_runner.listeners << TestUnitListener.new }
srand(TestUnitListener::SEED.to_i) if TestUnitListener::SEED
