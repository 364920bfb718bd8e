# frozen_string_literal: true

require_relative "../exceptions"

module Distributest
  # RSpec's bundles of exceptions, and its choice of lines.
  class RspecExceptions < Exceptions
    def initialize(config, project)
      super(project)
      @config = config
    end

    private

    def parts(exception)
      exception.all_exceptions if bundle?(exception)
    end

    def bundle?(exception)
      defined?(::RSpec::Core::MultipleExceptionError::InterfaceTag) &&
        ::RSpec::Core::MultipleExceptionError::InterfaceTag === exception
    end

    def chosen(trace)
      formatter = @config.backtrace_formatter
      trace.map { |line| formatter.backtrace_line(line) }.compact
    end
  end
end
