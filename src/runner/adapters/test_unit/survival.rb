# frozen_string_literal: true

require_relative "../../captured"

module Distributest
  # Test::Unit lets SystemExit, SignalException and NoMemoryError through, and
  # with them goes the rest of the run, silently and with status 0 after
  # `exit 0`. In a runner they are errors like any other, except signals other
  # than Interrupt. A child that a test forks really exits.
  module TestUnitSurvival
    SURVIVED = [::SystemExit, ::Interrupt, ::NoMemoryError].freeze

    def self.arm
      @pid = Captured::PID.call
      ::Test::Unit::ErrorHandler::PASS_THROUGH_EXCEPTIONS.map! { |kind| passing(kind) }
    end

    # A module, because `rescue` takes nothing else.
    def self.passing(kind)
      ::Module.new do
        define_singleton_method(:===) { |exception| kind === exception && !TestUnitSurvival.survive?(exception) }
      end
    end

    def self.survive?(exception)
      SURVIVED.any? { |kind| kind === exception } && Captured::PID.call == @pid
    end
  end
end
