# frozen_string_literal: true

module Distributest
  # An example that was bad and runs again in the same process must begin as
  # new: RSpec keeps its exception, its result and what its body marked it as.
  class RspecAgain
    MARKS = %i[pending skip].freeze

    def initialize
      @bad = {}.compare_by_identity
    end

    def started(example)
      @marks = MARKS.map { |mark| [mark, example.metadata[mark]] }
    end

    def finished(example)
      @bad[example] = @marks if @marks && example.execution_result.status == :failed
    end

    def renew(examples)
      return if @bad.empty?
      examples.each do |example|
        next unless (marks = @bad.delete(example))
        example.instance_variable_set(:@exception, nil)
        example.metadata[:execution_result] = ::RSpec::Core::Example::ExecutionResult.new
        marks.each { |mark, value| value.nil? ? example.metadata.delete(mark) : example.metadata[mark] = value }
      end
    end
  end
end
