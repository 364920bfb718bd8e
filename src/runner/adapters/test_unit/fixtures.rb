# frozen_string_literal: true

module Distributest
  # Around startup and shutdown of test cases: results leave before code that
  # may end the process, and what it raises gets a name.
  module TestUnitFixtures
    class << self
      attr_reader :adapter

      def arm(adapter)
        @adapter = adapter
        suites = defined?(::Test::Unit::TestSuiteRunner) ? ::Test::Unit::TestSuiteRunner : ::Test::Unit::TestSuite
        suites.prepend(self)
      end

      def around(suite, what, context, &block)
        test_case = (suite.instance_variable_get(:@test_suite) || suite).test_case
        return yield unless test_case && own?(test_case, what)
        adapter.between_tests(what, test_case, context.respond_to?(:result) ? context.result : context, &block)
      end

      private

      def own?(test_case, what)
        test_case.method(what).owner != ::Test::Unit::TestCase.singleton_class
      rescue ::NameError
        false
      end
    end

    private

    def run_startup(context)
      TestUnitFixtures.around(self, "startup", context) { super }
    end

    def run_shutdown(context)
      TestUnitFixtures.around(self, "shutdown", context) { super }
    end
  end
end
