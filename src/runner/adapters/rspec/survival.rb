# frozen_string_literal: true

require_relative "../../captured"

module Distributest
  # RSpec lets SystemExit, Interrupt and NoMemoryError through, and with them
  # goes the rest of the run, silently and with status 0 after `exit 0`. In a
  # runner they are failures like any other. A child that a test forks really
  # exits, and so does a runner that gets a signal to end.
  module RspecSurvival
    SURVIVED = [::SystemExit, ::Interrupt, ::NoMemoryError].freeze

    def self.arm
      @pid = Captured::PID.call
      ::RSpec::Support::AllExceptionsExceptOnesWeMustNotRescue.singleton_class.prepend(self)
    end

    def self.survive?(exception)
      SURVIVED.any? { |kind| kind === exception } && Captured::PID.call == @pid
    end

    def ===(exception)
      super || RspecSurvival.survive?(exception)
    end
  end
end
