# frozen_string_literal: true

require_relative "captured"
require_relative "parent"
require_relative "stacks"

module Distributest
  # SIGTERM in a runner: the stacks first, then what the project or a test has
  # said that is to happen. They see and set handlers as if ours were not there.
  module Term
    DEFAULTS = %w[DEFAULT SIG_DFL].freeze

    module_function

    # `handler`: what was there before, as `trap` has returned it.
    def install(handler)
      set(handler || "DEFAULT")
      Parent.quietly { take_the_door }
    end

    # As Captured::TRAP does. What the system does itself, as to ignore it, is left to the system.
    def set(handler)
      real = Captured::TRAP.call("TERM", chained?(handler) ? proc { |signal| act(signal) } : handler)
      before = @handler ? shown(@handler) : real
      @handler = chained?(handler) ? handler : nil
      before
    end

    def chained?(handler)
      handler.respond_to?(:call) || DEFAULTS.include?(handler.to_s)
    end

    def shown(handler)
      handler.respond_to?(:call) ? handler : "DEFAULT"
    end

    def act(signal)
      Stacks.print
      return @handler.call(signal) if @handler.respond_to?(:call)
      # As Ruby's own default does it, which waits while the thread does not let itself be interrupted.
      Captured::THREAD_RAISE.bind_call(Captured::MAIN_THREAD, ::SignalException, "SIGTERM")
    end

    def means?(signal)
      signal == 15 || signal.to_s.delete_prefix("SIG") == "TERM"
    end

    def trap(signal, command, block)
      return Term.set(block || command.first) if Term.means?(signal) && (block || command.size == 1)
      Captured::TRAP.call(signal, *command, &block)
    end

    # A module that is prepended would be seen by everybody.
    def take_the_door
      ::Signal.define_singleton_method(:trap) { |signal, *command, &block| Term.trap(signal, command, block) }
      ::Kernel.define_singleton_method(:trap) { |signal, *command, &block| Term.trap(signal, command, block) }
      ::Kernel.send(:define_method, :trap) { |signal, *command, &block| Term.trap(signal, command, block) }
      ::Kernel.send(:private, :trap)
    end
  end
end
