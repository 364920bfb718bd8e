# frozen_string_literal: true

require_relative "../captured"
require_relative "library"
require_relative "minitest/autorun"
require_relative "minitest/exceptions"
require_relative "minitest/inline"
require_relative "minitest/options"
require_relative "minitest/reporter"
require_relative "minitest/survival"
require_relative "xunit/test"

module Distributest
  # Minitest 5 behind XunitAdapter: each class runs by its own `run`, so that
  # what projects and extensions override stays in force.
  class MinitestAdapter
    # Lets through the methods to run; Minitest asks with === for "test_x" and for "Class#test_x".
    class Only
      def initialize(names)
        @names = names.map { |name| [name, true] }.to_h
      end

      def ===(name)
        @names.key?(name.to_s)
      end
    end

    BROUGHT = %i[Minitest MiniTest Test describe].freeze

    attr_reader :exceptions, :suite_failure
    attr_writer :report

    def initialize(options, project)
      @library = Library.new("minitest", "minitest")
      @options = MinitestOptions.new(options)
      @exceptions = MinitestExceptions.new(project)
      @methods = {}.compare_by_identity
    end

    def name
      "minitest"
    end

    def title
      "Minitest"
    end

    def version
      loaded? ? ::Minitest::VERSION : @library.version
    end

    def missing
      @library.missing(title) unless loaded?
    end

    def own_seed
      @options.seed
    end

    # Of version 5: what came before has no Runnable.
    def loaded?
      defined?(::Minitest::Runnable) && defined?(::Minitest::Test) ? true : false
    end

    # What Minitest::TestTask requires before the files.
    def brings?(error)
      return false if (loaded? && defined?(::Minitest::Spec)) || !BROUGHT.include?(error.name)
      require "minitest/autorun"
      calm
      true
    rescue ::LoadError
      false
    end

    def calm
      MinitestAutorun.calm
    end

    def classes
      ::Minitest::Runnable.runnables
    end

    def tests(klass)
      runnable_methods(klass).sort.map do |method|
        test = XunitTest.new(self, klass, method, code(klass, method))
        @methods[test] = method.to_s
        test
      end
    end

    def settle(seed, &remark)
      @seed = seed
      @options.read(seed, &remark)
    end

    # Classes as Minitest shuffles them, those that would be parallel last, and each in its own order.
    def chosen(tests)
      by_class = tests.group_by(&:klass)
      random = ::Random.new(@seed)
      parallel, serial = by_class.keys.shuffle(random: random).partition { |klass| klass.test_order == :parallel }
      (serial + parallel).flat_map { |klass| in_order(klass, by_class[klass]) }
    end

    def arm
      MinitestSurvival.arm
      MinitestAutorun.arm
      @reporter = MinitestReporter.build(@options.filters)
      ::Minitest.parallel_executor = MinitestInline.new(::Minitest.parallel_executor, @reporter)
    end

    def suite(report)
      @report = report
      yield
    ensure
      finish if @report.own?
    end

    def run(tests, account)
      by_class = tests.group_by(&:klass)
      @reporter.account = account
      @reporter.tests = by_class.map { |klass, some| [klass, by_method(some)] }
                                .to_h.compare_by_identity
      by_class.each { |klass, some| run_class(klass, some, account) }
    ensure
      @reporter.account = nil
    end

    private

    # Runnable itself and Result have no tests, and say so by raising.
    def runnable_methods(klass)
      klass.runnable_methods
    rescue ::NotImplementedError
      []
    end

    def code(klass, method)
      klass.instance_method(method)
    rescue ::NameError
      nil
    end

    def by_method(tests)
      tests.map { |test| [@methods[test], test] }.to_h
    end

    def in_order(klass, tests)
      ours = by_method(tests)
      reseed
      klass.runnable_methods.map { |method| ours[method.to_s] }.compact.select { |test| wanted?(klass, test) }
    end

    # Before each class, as Minitest does from 5.16 on: an order, and what a test draws, are the same in each run on
    # one seed, whatever ran before.
    def reseed
      Captured::SRAND.call(@seed)
    end

    # As Runnable.run reads its options.
    def wanted?(klass, test)
      method = @methods[test]
      filter = pattern(@options.filters[:filter] || "/./")
      exclude = pattern(@options.filters[:exclude])
      return false unless filter === method || filter === "#{klass}##{method}"
      !(exclude === method || exclude === "#{klass}##{method}")
    end

    def pattern(text)
      text.is_a?(::String) && text =~ %r{/(.*)/} ? ::Regexp.new(::Regexp.last_match(1)) : text
    end

    def run_class(klass, tests, account)
      account.flush
      reseed
      klass.run(@reporter, @options.filters.merge(:filter => Only.new(tests.map { |test| @methods[test] }), :exclude => nil))
    rescue ::Exception => e # rubocop:disable Lint/RescueException
      raise unless account.survives?(e)
      account.outside(XunitTest.label(klass), e)
    end

    def finish
      MinitestAutorun.finish { |raised| @report.error("Minitest.after_run", @exceptions.describe(raised)) }
    end
  end
end
