# frozen_string_literal: true

require_relative "captured"
require_relative "output"

module Distributest
  # How a runner ends. Handlers run last in, first out: ours, installed right
  # after the fork, comes after those of the tests and before those of the
  # boot process, which it skips by ending the process.
  module Exits
    module_function

    def seal(channel)
      at_exit { close(channel, $!) if channel.own? }
    end

    def close(channel, reason)
      Output.flush
      channel.say("k" => "bye")
      die_of(reason.signo) if reason.is_a?(::SignalException)
      Captured::EXIT_NOW.call(status(reason))
    end

    def status(reason)
      case reason
      when nil then 0
      when ::SystemExit then reason.status
      else 1
      end
    end

    def die_of(signal)
      Captured::TRAP.call(signal, "DEFAULT")
      Captured::SIGNAL.call(signal, Captured::PID.call)
    rescue ::ArgumentError, ::SystemCallError
      nil
    end

    # Test frameworks that were asked to run at the end of the process are
    # told not to: the master runs the tests.
    def disarm
      ::RSpec::Core::Runner.disable_autorun! if defined?(::RSpec::Core::Runner)
      ::Test::Unit::AutoRunner.need_auto_run = false if defined?(::Test::Unit::AutoRunner)
      return unless defined?(::Minitest) && ::Minitest.respond_to?(:run)
      ::Minitest.define_singleton_method(:run) { |*| true }
    end
  end
end
