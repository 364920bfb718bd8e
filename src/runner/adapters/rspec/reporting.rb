# frozen_string_literal: true

require "stringio"

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
      # RSpec would take no other, now that there is a reporter.
      config.define_singleton_method(:deprecation_stream=) { |stream| reporter.deprecations_to(stream) }
    end

    def report_to(adapter)
      @adapter = adapter
      # Keeps RSpec from setting up its default formatter.
      @setup = true
    end

    # One that raises, as raise_errors_for_deprecations! has it, makes verdicts; others write files.
    def deprecations_to(stream)
      kind = ::RSpec::Core::Formatters::DeprecationFormatter
      raises = kind.const_defined?(:RaiseErrorStream) && kind.const_get(:RaiseErrorStream) === stream
      @deprecations = raises ? kind.new(stream, ::StringIO.new) : nil
    end

    def deprecation(hash)
      super
      @deprecations.deprecation(::RSpec::Core::Notifications::DeprecationNotification.from_hash(hash)) if @deprecations
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
