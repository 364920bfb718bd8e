# frozen_string_literal: true

require "stringio"
require_relative "../../failure"
require_relative "../xunit/name_choice"

module Distributest
  # Test::Unit's own reading of test-unit.yml, .test-unit and the arguments
  # after `--`. Only filters, listeners and what the options set elsewhere are
  # used of it: which runner, which collector, whether to stop at a failure and
  # how many threads are the master's.
  module TestUnitOptions
    module_function

    def read(arguments, &remark)
      arguments = NameChoice.new(arguments, "Test::Unit").arguments(&remark)
      auto_runner = configuration { ::Test::Unit::AutoRunner.new(false).tap(&:prepare) }
      parse(auto_runner, arguments)
      forget_priorities(auto_runner, &remark)
      # A debugger in a runner waits for ever.
      kind = ::Test::Unit::AssertionFailedError
      kind.debug_on_failure = false if kind.respond_to?(:debug_on_failure=)
      auto_runner
    end

    def configuration
      yield
    rescue ::SystemExit, ::StandardError, ::ScriptError => e
      raise Failure, "test-unit cannot read its configuration (test-unit.yml, .test-unit or ~/.test-unit.yml): " \
                     "#{e.class}: #{e.message}"
    end

    # It prints what is wrong, and all of its help, and exits.
    def parse(auto_runner, arguments)
      said = StringIO.new
      stdout, $stdout = $stdout, said
      auto_runner.process_args(arguments.dup)
    rescue ::SystemExit
      raise Failure, "test-unit does not accept its options: #{said.string.lines.first.to_s.chomp}"
    rescue ::StandardError => e
      raise Failure, "test-unit cannot read its options: #{e.class}: #{e.message}"
    ensure
      $stdout = stdout
    end

    # It writes what has passed beside the program that runs: in the project, or in our own directory.
    def forget_priorities(auto_runner)
      return unless ::Test::Unit::Priority.enabled?
      auto_runner.options.parse(["--no-priority-mode"])
      yield "Test::Unit's --priority-mode keeps files of its own and is not used: every test runs" if block_given?
    end

    def listeners(auto_runner)
      listeners = auto_runner.listeners + (auto_runner.runner_options[:listeners] || [])
      kind = ::Test::Unit::AutoRunner
      stress = auto_runner.instance_variable_get(:@gc_stress) && kind.const_defined?(:GCStressListener)
      listeners << kind.const_get(:GCStressListener).new if stress
      listeners
    end
  end
end
