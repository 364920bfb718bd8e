# frozen_string_literal: true

module Distributest
  # Calls a block with a class or module as soon as the project begins to
  # define it, before anything in its body has run.
  module Defined
    NAME = ::Module.instance_method(:name)
    @awaited = {}

    class << self
      def once(name, &block)
        @awaited[name] = block
        @trace ||= ::TracePoint.new(:class) { |point| look(point.self) }
        @trace.enable unless @trace.enabled?
      end

      # The project is loaded: what has not come will not.
      def enough
        @trace&.disable
        @awaited.clear
      end

      private

      def look(defined)
        return unless (block = @awaited.delete(NAME.bind_call(defined)))
        @trace.disable if @awaited.empty?
        block.call(defined)
      end
    end
  end
end
