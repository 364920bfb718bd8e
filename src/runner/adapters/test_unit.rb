# frozen_string_literal: true

require_relative "../captured"
require_relative "library"
require_relative "test_unit/autorun"
require_relative "test_unit/collection"
require_relative "test_unit/exceptions"
require_relative "test_unit/options"
require_relative "test_unit/run"
require_relative "test_unit/survival"
require_relative "xunit/test"

module Distributest
  # Test::Unit 3 as a framework of XunitAdapter: every verdict is its own.
  class TestUnitAdapter
    attr_reader :exceptions, :suite_failure
    attr_writer :report

    def initialize(options, project)
      @library = Library.new("test-unit", "test/unit")
      @arguments = options["args"] || []
      @seed_before = ::Random.seed
      @exceptions = TestUnitExceptions.new(project)
    end

    def name
      "test-unit"
    end

    def title
      "Test::Unit"
    end

    def version
      defined?(::Test::Unit::VERSION) ? ::Test::Unit::VERSION : @library.version
    end

    def missing
      return if loaded? || @library.present?
      "Test::Unit is not installed for ruby #{RUBY_VERSION}: add gem 'test-unit' to the Gemfile and run " \
        "`bundle install`, or run `gem install test-unit`"
    end

    # It has no option for one: only its random order draws numbers.
    def own_seed; end

    # Others have defined a Test::Unit::TestCase of their own.
    def loaded?
      defined?(::Test::Unit::TestCase) && ::Test::Unit::TestCase.const_defined?(:DESCENDANTS) ? true : false
    end

    # A program like test/run-test.rb loads the library for files that only use it.
    def brings?(error)
      return false if loaded? || error.name != :Test
      require "test/unit"
      calm
      true
    rescue ::LoadError
      false
    end

    # New classes and methods may have come with a file.
    def calm
      TestUnitAutorun.calm
      @collection = nil
    end

    def classes
      ::Test::Unit::TestCase::DESCENDANTS
    end

    def tests(klass)
      collection.tests(klass)
    end

    def settle(seed, &remark)
      @seed = seed
      require "test/unit"
      calm
      @seed_after = ::Random.seed
      @auto_runner = TestUnitOptions.read(@arguments, &remark)
    end

    def chosen(tests)
      collection.chosen(tests)
    end

    def arm
      TestUnitSurvival.arm(self)
    end

    def suite(report)
      @report = report
      start
      yield
      finish unless @suite_failure
    end

    def run(tests, account)
      reseed
      begin_run unless @run
      TestUnitAutorun.during_tests { @run.call(collection, tests, account) }
    end

    # Whether these are our tests, in this process, and not what a test runs with Test::Unit itself.
    def runs?(result)
      @run && @run.runs?(result)
    end

    # Code of the project runs that belongs to no test, and may end the process.
    def between_tests(what, test_case, result)
      return yield unless runs?(result)
      @run.outside("#{what} of #{XunitTest.label(test_case)}") { yield }
    end

    private

    def collection
      @collection ||= TestUnitCollection.new(self, @auto_runner.filters, @seed)
    end

    # At once with the first test where a file that was not loaded with the others has brought Test::Unit.
    def begin_run
      @run = TestUnitRun.new(@auto_runner)
      ::Test::Unit.run_at_start_hooks
      @run.announce(collection)
    end

    def start
      begin_run
    rescue ::SystemExit, ::Interrupt, ::NoMemoryError, ::StandardError, ::ScriptError => e
      @suite_failure = give_up("Test::Unit.at_start", e)
    end

    def finish
      @run.finish
      ::Test::Unit.run_at_exit_hooks
      calm
    rescue ::SystemExit, ::Interrupt, ::NoMemoryError, ::StandardError, ::ScriptError => e
      give_up("Test::Unit.at_exit", e)
    end

    # A child of a test that came all the way up here must really end.
    def give_up(where, exception)
      raise exception unless @report.own?
      entries = @exceptions.describe(exception)
      @report.error(where, entries)
      entries
    end

    # A project that seeds the generator gets the same numbers in each file, whatever ran before. One that does not
    # keeps its chance: equal "random" names in several runners would collide.
    def reseed
      Captured::SRAND.call(@seed_after) unless @seed_after == @seed_before
    end
  end
end
