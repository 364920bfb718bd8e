# frozen_string_literal: true

require_relative "../../captured"

module Distributest
  # `require "minitest/autorun"` runs all tests when the process ends: ours, and
  # each child that a test forks. Minitest.run called from there does nothing.
  # What Minitest.after_run registered is run once, by the process that it was
  # registered in: by autorun's own handler in the boot process, and by
  # `finish` in a runner, which skips the handlers that it inherited.
  module MinitestAutorun
    # Prepended to Minitest's singleton class.
    module Calm
      def run(*)
        return super unless MinitestAutorun.at_exit?(caller_locations(1, 3))
        MinitestAutorun.forget_in_a_child
        true
      end
    end

    module_function

    def calm
      return if @calm
      @calm = Captured::PID.call
      ::Minitest.autorun
      ::Minitest.singleton_class.prepend(Calm)
    end

    def at_exit?(callers)
      callers.any? { |one| one.label.to_s =~ /\bautorun\z/ }
    end

    def forget_in_a_child
      blocks.clear unless Captured::PID.call == @calm
    end

    # In a runner: what the boot process registered is the boot process's to run.
    def arm
      blocks.clear unless Captured::PID.call == @calm
      @calm = Captured::PID.call
    end

    # Yields what one raises; the others run all the same.
    def finish
      while (block = blocks.pop)
        begin
          block.call
        rescue ::StandardError, ::ScriptError, ::SystemExit => e
          yield e
        end
      end
    end

    def blocks
      ::Minitest.class_variable_get(:@@after_run)
    end
  end
end
