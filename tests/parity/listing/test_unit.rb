# frozen_string_literal: true

require "test/unit"

# Test::Unit's own verdicts, written at once and by methods that are taken
# before the project loads. A line is status, Class#test[label] without object
# addresses, file:line and message, each as String#dump, between tabs.
class TestUnitListing
  PATH = ENV.delete("PARITY_OUT")
  OWNER = Process.pid
  OPEN = File.method(:open)
  SELF = Process.method(:pid)
  WRITE = IO.instance_method(:write)
  CLOSE = IO.instance_method(:close)
  HOME = Dir.pwd
  GRAVE = %w[Error Failure].freeze

  def attach_to_mediator(mediator)
    mediator.add_listener(Test::Unit::TestCase::STARTED_OBJECT) do |test|
      @test = test
      @faults = []
    end
    mediator.add_listener(Test::Unit::TestResult::FAULT) { |fault| @faults << fault if @faults }
    # FINISHED of the test comes too late where the run stops at a failure.
    mediator.add_listener(Test::Unit::TestResult::FINISHED) { note(@test) }
  end

  private

  def note(test)
    grave, others = @faults.select(&:critical?).partition { |fault| GRAVE.include?(fault.label) }
    status = grave.any? ? "failed" : others.any? ? "pending" : "passed"
    write(status, title(test), place(test), message(grave + others))
    @faults = nil
  end

  def title(test)
    "#{test.class.name || test.class.to_s}##{test.local_name}".gsub(/(#<[^\s:>][^\s>]*?):0x\h+/, '\1')
  end

  def place(test)
    test.method(test.method_name).source_location.first(2).join(":").delete_prefix("#{HOME}/")
  end

  def message(faults)
    faults.map { |fault| fault.message.b[0, 2_000] }.join(" | ")
  rescue StandardError => e
    "(its message raised #{e.class})"
  end

  def write(*fields)
    return unless SELF.call == OWNER
    file = OPEN.call(PATH, "ab")
    WRITE.bind_call(file, fields.map { |field| field.b.dump }.join("\t") + "\n")
    CLOSE.bind_call(file)
  end
end

PARITY_FILES = ENV.delete("PARITY_FILES").split("\n").freeze
Test::Unit::AutoRunner.prepare { |auto_runner| auto_runner.listeners << TestUnitListing.new }
