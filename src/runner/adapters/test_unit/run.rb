# frozen_string_literal: true

require_relative "../../text"
require_relative "creation"
require_relative "options"

module Distributest
  # Runs suites with Test::Unit's own mediator, so that what a project listens
  # to is still called, and tells an account what became of each test.
  class TestUnitRun
    PENDING = %w[Omission Pending].freeze

    def initialize(auto_runner)
      require "test/unit/ui/testrunnermediator"
      @strays = []
      @thread = ::Thread.current
      @mediator = ::Class.new(::Test::Unit::UI::TestRunnerMediator) { attr_writer :suite }.new(nil)
      listen
      TestUnitOptions.listeners(auto_runner).each { |listener| listener.attach_to_mediator(@mediator) }
    end

    def announce(collection)
      @start = ::Time.now
      tell(:RESET, collection.size)
      tell(:STARTED, @mediator.send(:create_result))
    end

    def finish
      tell(:FINISHED, ::Time.now - @start)
    end

    def call(collection, tests, account)
      @collection = collection
      @account = account
      listed = tests.reject { |test| unlisted(test) }
      return if listed.empty?
      ended = run_to_the_end(collection.suite(listed))
      report_strays
      return unless ended
      listed.each { |test| account.ended(test, "pending", "pend" => NOT_STARTED) if account.waiting?(test) }
    ensure
      @account = @result = @faults = @current = nil
    end

    NOT_STARTED = "Test::Unit did not start it: its class has a `run` of its own"

    def runs?(result)
      @result && @result.equal?(result) && @account.own?
    end

    def outside(where)
      @account.flush
      @where = where
      yield
    ensure
      @where = nil
    end

    private

    def listen
      @mediator.add_listener(::Test::Unit::TestCase::STARTED_OBJECT) { |test_case| began(test_case) }
      # Whichever comes first: who stops the whole run does it at the first, and a `run` of its own may do without it.
      @mediator.add_listener(::Test::Unit::TestResult::FINISHED) { ended(@current) if @current }
      @mediator.add_listener(::Test::Unit::TestCase::FINISHED_OBJECT) { |test_case| ended(test_case) if @current }
      @mediator.add_listener(::Test::Unit::TestResult::FAULT) { |fault| fault(fault) }
    end

    def tell(what, *values)
      @mediator.send(:notify_listeners, @mediator.class.const_get(what), *values)
    end

    # False when something told the whole run to stop.
    def run_to_the_end(suite)
      @mediator.suite = suite
      @result = @mediator.send(:create_result)
      stopped = true
      catch do |tag|
        @result.stop_tag = tag if @result.respond_to?(:stop_tag=)
        forward
        run_suite
        stopped = false
      end
      !stopped
    end

    # As the mediator's own with_listener, which would put a frame of ours between those of Test::Unit: its filter
    # of backtraces takes that for the code of a test.
    def forward
      %i[FINISHED CHANGED PASS_ASSERTION FAULT].each do |name|
        channel = ::Test::Unit::TestResult.const_get(name)
        @result.add_listener(channel) { |*values| @mediator.send(:notify_listeners, channel, *values) }
      end
    end

    # Newer versions ask the context who runs the suites: we do, in this thread.
    def run_suite
      context = @mediator.method(:run_suite).parameters.include?(%i[key run_context])
      return @mediator.run_suite(@result) unless context
      @mediator.run_suite(@result, run_context: ::Test::Unit::TestRunContext.new(::Test::Unit::TestSuiteRunner))
    end

    def unlisted(test)
      one = @collection.test_case(test)
      return unless one.is_a?(TestUnitUnlisted)
      @account.ended(test, "failed", "exc" => @account.exceptions.describe(one.exception))
      true
    end

    def began(test_case)
      @faults = []
      @current = test_case
      test = @collection.test(test_case)
      @account.began(test) if test
    end

    # A thread that a test left behind must not speak: its faults count when the next test has ended.
    def fault(fault)
      return @faults << fault if @faults
      return @strays << fault unless ::Thread.current.equal?(@thread)
      report(fault, @where || fault.test_name.to_s)
    end

    def report(fault, where)
      @account.outside(where, *@account.exceptions.raised([fault])) if fault.critical?
    end

    def report_strays
      while (fault = @strays.shift)
        report(fault, fault.test_name.to_s)
      end
    end

    def ended(test_case)
      faults = @faults || []
      @faults = @current = nil
      report_strays
      test = @collection.test(test_case)
      @account.ended(test, *verdict(faults)) if test
    end

    def verdict(faults)
      pending, others = faults.select(&:critical?).partition { |fault| PENDING.include?(fault.label) }
      return ["failed", { "exc" => @account.exceptions.of_faults(others) }] unless others.empty?
      return ["passed", {}] if pending.empty?
      ["pending", { "pend" => pending.map { |fault| Text.clean(fault.message) }.uniq.join("; ") }]
    end
  end
end
