# frozen_string_literal: true

module Distributest
  # Extends RSpec's own reporter, so that what a project registers with it is
  # still called; formatters are the master's and are not.
  module RspecReporting
    def self.install(config, adapter)
      loader = config.formatter_loader
      loader.define_singleton_method(:add) { |*| }
      reporter = config.reporter
      reporter.extend(self)
      reporter.report_to(adapter)
    end

    def report_to(adapter)
      @adapter = adapter
      # Keeps RSpec from setting up its default formatter.
      @setup = true
    end

    def register_listener(listener, *events)
      @heard = true
      super
    end

    def example_started(example)
      @adapter.started(example)
      @heard ? super : @examples << example
    end

    def example_finished(example)
      super if @heard
    end

    def example_passed(example)
      super if @heard
      @adapter.finished(example)
    end

    def example_failed(example)
      @heard ? super : @failed_examples << example
      @adapter.finished(example)
    end

    def example_pending(example)
      @heard ? super : @pending_examples << example
      @adapter.finished(example)
    end

    def example_group_started(group)
      super if @heard
    end

    def example_group_finished(group)
      super if @heard
    end

    def notify_non_example_exception(exception, description)
      ::RSpec.world.non_example_failure = true
      @adapter.outside(exception, description)
    end

    def message(text)
      @adapter.remark(text)
      super if @heard
    end

    def fail_fast_limit_met?
      false
    end

    def abort_with(text, _status)
      raise Failure, text
    end
  end

  # Results leave before hooks run that may end the process: the broker blames
  # the example that it believes to be running.
  module RspecContextHooks
    class << self
      attr_accessor :adapter

      # Where a group has no such hooks, nothing of the project runs, and what waits can go on waiting.
      def flush(group, position)
        adapter.flush if hooks?(group, position)
      end

      private

      def hooks?(group, position)
        !group.hooks.send(:matching_hooks_for, position, :context, group).empty?
      rescue ::NoMethodError, ::ArgumentError
        true
      end
    end

    def run_before_context_hooks(*)
      RspecContextHooks.flush(self, :before)
      super
    end

    def run_after_context_hooks(*)
      RspecContextHooks.flush(self, :after)
      super
    end
  end
end
