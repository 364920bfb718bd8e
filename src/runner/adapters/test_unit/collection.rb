# frozen_string_literal: true

require_relative "../../failure"
require_relative "../xunit/test"
require_relative "creation"

module Distributest
  # All tests of the process as Test::Unit itself collects them: a tree of
  # suites in the order of their run, cut down to the tests of a file.
  class TestUnitCollection
    def initialize(framework, filters, seed)
      @framework = framework
      @filters = filters
      @seed = seed
      @tests = Hash.new { |tests, klass| tests[klass] = [] }.compare_by_identity
      @cases = {}.compare_by_identity
      @place = {}.compare_by_identity
      @above = {}.compare_by_identity
      @tree = collect
      enter(@tree)
      @by_case = @cases.invert.compare_by_identity
    end

    # [XunitTest...]
    def tests(klass)
      @tests.key?(klass) ? @tests[klass] : []
    end

    # In the order of their run, without what the filters leave out.
    def chosen(tests)
      tests.select { |test| @place.key?(test) && wanted?(test) }.sort_by { |test| @place[test] }
    end

    def size
      @cases.size
    end

    # The instance of the project's class, or a TestUnitUnlisted.
    def test_case(test)
      @cases[test]
    end

    def test(test_case)
      @by_case[test_case]
    end

    # A tree with these tests only: Test::Unit takes a suite apart as it runs.
    def suite(tests)
      copies = {}.compare_by_identity
      tests.sort_by { |test| @place[test] }.each do |test|
        one = @cases[test]
        copy(@above[one], copies).tests << one
      end
      copies[@tree]
    end

    private

    def collect
      require "test/unit/collector/descendant"
      collector = ::Test::Unit::Collector::Descendant.new
      collector.extend(NamelessSort)
      TestUnitCreation.during(@seed) { collector.collect("dtest") }
    rescue ::SystemExit, ::StandardError, ::ScriptError => e
      trace = (e.backtrace || []).first(20).map { |line| "  # #{line}" }
      raise Failure.new(["Test::Unit cannot collect its tests: #{e.class}: #{e.message}", *trace].join("\n"), 1)
    end

    def enter(suite)
      suite.tests.each do |one|
        @above[one] = suite
        next enter(one) if one.respond_to?(:tests)
        klass = one.is_a?(TestUnitUnlisted) ? one.test_case : one.class
        test = XunitTest.new(@framework, klass, name(one), code(klass, one))
        @tests[klass] << test
        @cases[test] = one
        @place[test] = @place.size
      end
    end

    def name(test_case)
      test_case.respond_to?(:local_name) ? test_case.local_name : test_case.method_name.to_s
    end

    def code(klass, test_case)
      klass.instance_method(test_case.method_name)
    rescue ::NameError, ::TypeError
      nil
    end

    def wanted?(test)
      return true if @cases[test].is_a?(TestUnitUnlisted)
      @wanted ||= {}.compare_by_identity
      return @wanted[test] if @wanted.key?(test)
      @wanted[test] = @filters.none? { |filter| filter[@cases[test]] == false }
    end

    # Empty at first, and in the copy of what stands above it.
    def copy(suite, copies)
      copies[suite] ||= suite.clone.tap do |made|
        made.instance_variable_set(:@tests, [])
        copy(@above[suite], copies).tests << made if @above[suite]
      end
    end

    # Test::Unit cannot sort classes without a name among others.
    module NamelessSort
      def sort(suites)
        suites.sort_by { |suite| [suite.priority, suite.name.to_s] }
      end
    end
  end
end
