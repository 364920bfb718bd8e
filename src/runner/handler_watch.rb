# frozen_string_literal: true

module Distributest
  # Which exit handlers the project itself registers while it loads in the
  # boot process. They run there, once, and no test has run there: one that
  # judges what tests left behind would find nothing, and say nothing.
  module HandlerWatch
    module_function

    # Where the first such handler stands, or nil.
    def first(project)
      places = []
      Spy.install(places)
      yield
      own(places + after_run, project)
    ensure
      Spy.remove
    end

    def own(places, project)
      place = places.compact.find do |file, _|
        file.start_with?(project + "/") && !file.match?(%r{/(?:vendor|gems)/})
      end
      place && "#{place[0].delete_prefix(project + '/')}:#{place[1]}"
    end

    def after_run
      return [] unless defined?(::Minitest) && ::Minitest.class_variable_defined?(:@@after_run)
      ::Minitest.class_variable_get(:@@after_run).map(&:source_location)
    end

    # Object comes before Kernel, so that `at_exit` is found here; afterwards nothing of it is left.
    module Spy
      module_function

      def install(places)
        return if ::Object.private_method_defined?(:at_exit, false) || ::Object.method_defined?(:at_exit, false)
        @installed = true
        ::Object.send(:define_method, :at_exit) do |&block|
          places << block.source_location if block
          super(&block)
        end
        ::Object.send(:private, :at_exit)
      end

      def remove
        ::Object.send(:remove_method, :at_exit) if @installed
        @installed = false
      end
    end
  end
end
