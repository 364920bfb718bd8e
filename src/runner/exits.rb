# frozen_string_literal: true

require_relative "captured"
require_relative "libraries"
require_relative "output"
require_relative "term"
require_relative "text"

module Distributest
  # How a runner ends. Handlers run last in, first out: ours, installed right
  # after the fork, comes after those of the tests and before those of the
  # boot process, which it skips by ending the process. The boot process runs
  # those at its own end.
  module Exits
    # How the end of a process that has done its work is told from what its
    # handlers make of it.
    class Regular < ::SystemExit; end

    module_function

    # From just before a fork until its handlers are sealed SIGTERM raises
    # nothing, for that would run the handlers that the fork inherited. A
    # signal that comes meanwhile is remembered.
    def hold
      @told = false
      @former = Captured::TRAP.call("TERM") { @told = true }
    end

    # In the process that forked.
    def release
      Captured::TRAP.call("TERM", @former || "DEFAULT")
      Captured::SIGNAL.call("TERM", Captured::PID.call) if @told
    end

    # In the fork: SIGTERM ends it at once, and so does an error.
    def seal
      Captured::TRAP.call("TERM", "SYSTEM_DEFAULT")
      Captured::EXIT_NOW.call(1) if @told
      at_exit { close($!) if @channel.nil? || @channel.own? }
    end

    # From here on the runner can say how it ended.
    def open(channel)
      @channel = channel
      Term.install(@former)
    end

    # In the boot process, before anything else registers a handler.
    def watch(channel)
      at_exit do
        if channel.own?
          judge(channel, $!)
          channel.say("k" => "bye")
        end
      end
    end

    def leave(code)
      @left = true
      raise Regular.new(code, "exit")
    end

    # The signal that is to end this process, whatever was made of it: `require` of RubyGems makes an error of one that
    # comes while it waits.
    def signal_behind(exception, depth = 32)
      return exception if exception.nil? || (::SignalException === exception && !(::Interrupt === exception))
      signal_behind(exception.cause, depth - 1) if depth.positive?
    end

    # A framework's or a project's rescue does not keep a process that was told to end.
    def let_through(exception)
      signal = signal_behind(exception)
      raise signal if signal
    end

    def close(reason)
      give_up(reason) unless @channel
      tell_libraries
      judge(@channel, reason)
      Output.flush
      @channel.say("k" => "bye")
      die_of(reason.signo) if reason.is_a?(::SignalException)
      Captured::EXIT_NOW.call(status(reason))
    end

    def give_up(reason)
      $stderr.puts(reason.full_message(highlight: false)) if reason
      Captured::EXIT_NOW.call(1)
    end

    def tell_libraries
      Libraries.tell(:ended)
    rescue ::StandardError, ::ScriptError => e
      $stderr.puts(e.full_message(highlight: false))
    end

    # A handler that raises, or calls `exit` with another status than 0, makes the command of a serial run fail.
    def judge(channel, reason)
      return if !@left || reason.nil? || reason.is_a?(Regular) || reason.is_a?(::SignalException)
      return if reason.is_a?(::SystemExit) && reason.status.zero?
      channel.say("k" => "error", "where" => "an exit handler", "exc" => [entry(reason)])
    end

    def entry(reason)
      name, text = reason.class.name || reason.class.to_s, reason.message
      name, text = "SystemExit", "called exit(#{reason.status})" if reason.is_a?(::SystemExit)
      { "class" => Text.clean(name, Text::NAME), "msg" => Text.clean(text), "bt" => trace(reason) }
    end

    def trace(reason)
      reason.backtrace.to_a.first(20).map { |line| Text.clean(line, 1024) }
    end

    def status(reason)
      case reason
      when nil then 0
      when ::SystemExit then reason.status
      else 1
      end
    end

    # Ruby's own default would raise, and with that run the handlers that the fork inherited.
    def die_of(signal)
      Captured::TRAP.call(signal, "SYSTEM_DEFAULT")
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
