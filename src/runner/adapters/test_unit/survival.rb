# frozen_string_literal: true

module Distributest
  # Test::Unit lets SystemExit, SignalException and NoMemoryError through, and
  # with them goes the rest of the run, silently and with status 0 after
  # `exit 0`. In a runner they are errors like any other, except signals other
  # than Interrupt. A child that a test forks really exits, and what a test
  # runs with Test::Unit itself behaves as ever.
  module TestUnitSurvival
    SURVIVED = [::SystemExit, ::Interrupt, ::NoMemoryError].freeze

    class << self
      def arm(adapter)
        @adapter = adapter
        ::Test::Unit::TestCase.prepend(Cases)
        suites = defined?(::Test::Unit::TestSuiteRunner) ? ::Test::Unit::TestSuiteRunner : ::Test::Unit::TestSuite
        suites.prepend(Suites)
      end

      def survive?(exception, result)
        SURVIVED.any? { |kind| kind === exception } && @adapter.runs?(result)
      end

      # Around startup and shutdown: results leave before code that may end the process.
      def around(suite, what, context, &block)
        test_case = test_case(suite)
        return yield unless test_case && own?(test_case, what)
        @adapter.between_tests(what, test_case, context.respond_to?(:result) ? context.result : context, &block)
      end

      def test_case(suite)
        (suite.instance_variable_get(:@test_suite) || suite).test_case
      end

      private

      def own?(test_case, what)
        test_case.method(what).owner != ::Test::Unit::TestCase.singleton_class
      rescue ::NameError
        false
      end
    end

    module Cases
      private

      def pass_through_exception?(exception)
        super && !TestUnitSurvival.survive?(exception, @_result)
      end
    end

    module Suites
      private

      def run_startup(context)
        TestUnitSurvival.around(self, "startup", context) { super }
      end

      def run_shutdown(context)
        TestUnitSurvival.around(self, "shutdown", context) { super }
      end

      def handle_exception(exception, result)
        return super unless TestUnitSurvival.survive?(exception, result)
        result.add_error(::Test::Unit::Error.new(TestUnitSurvival.test_case(self).name, exception))
        true
      end
    end
  end
end
