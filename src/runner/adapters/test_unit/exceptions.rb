# frozen_string_literal: true

require_relative "../exceptions"

module Distributest
  # What Test::Unit calls faults: of a failed assertion only its message and
  # place are left, an error still has its exception.
  class TestUnitExceptions < Exceptions
    DIFF = /\n\n(?:folded )?diff:\n/.freeze

    # A failed assertion, as an exception would answer.
    Failed = Struct.new(:message, :backtrace, :cause)

    def of_faults(faults)
      describe(*raised(faults))
    end

    def raised(faults)
      faults.map { |fault| fault.respond_to?(:exception) ? fault.exception : Failed.new(fault.message, fault.location) }
    end

    private

    def name(exception)
      Failed === exception ? "Test::Unit::AssertionFailedError" : super
    end

    def chosen(trace)
      ::Test::Unit::Util::BacktraceFilter.filter_backtrace(trace)
    end

    def split(message)
      text, _, diff = message.partition(DIFF)
      diff.empty? ? [message, nil] : [text, diff]
    end
  end
end
