# frozen_string_literal: true

module Distributest
  # Helpers and programs like test/run-test.rb ask Test::Unit to run all tests,
  # at the end of the process or at once. The master does that; only what a
  # test itself runs is let through.
  module TestUnitAutorun
    class << self
      def calm
        return unless defined?(::Test::Unit::AutoRunner)
        ::Test::Unit::AutoRunner.need_auto_run = false
        ::Test::Unit::AutoRunner.singleton_class.prepend(self)
      end

      def during_tests
        @allowed = true
        yield
      ensure
        @allowed = false
      end

      def allowed?
        @allowed
      end
    end

    def run(*)
      TestUnitAutorun.allowed? ? super : true
    end
  end
end
