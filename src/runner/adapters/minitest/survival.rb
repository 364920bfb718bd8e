# frozen_string_literal: true

require_relative "../../captured"

module Distributest
  # Minitest lets SystemExit, Interrupt and NoMemoryError through, and with
  # them goes the rest of the run, silently and with status 0 after `exit 0`.
  # In a runner they are failures like any other. A child that a test forks
  # really exits, and so does a runner that gets a signal to end.
  module MinitestSurvival
    SURVIVED = [::SystemExit, ::Interrupt, ::NoMemoryError].freeze

    # Stands in place of the list of exceptions that Minitest lets through.
    module Through
      def self.===(exception)
        MinitestSurvival.let_through?(exception)
      end
    end

    module_function

    def arm
      @pid = Captured::PID.call
      @through = ::Minitest::Test::PASSTHROUGH_EXCEPTIONS.dup
      ::Minitest::Test.send(:remove_const, :PASSTHROUGH_EXCEPTIONS)
      ::Minitest::Test.const_set(:PASSTHROUGH_EXCEPTIONS, [Through].freeze)
    end

    def let_through?(exception)
      return false unless @through.any? { |kind| kind === exception }
      Captured::PID.call != @pid || SURVIVED.none? { |kind| kind === exception }
    end
  end
end
