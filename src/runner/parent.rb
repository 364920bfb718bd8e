# frozen_string_literal: true

require_relative "captured"

module Distributest
  # Ends this process with its parent, where Linux lets plain Ruby ask for it.
  module Parent
    SET_DEATH_SIGNAL = 1
    KILL = 9
    NUMBERS = { "x86_64" => 157, "aarch64" => 167 }.freeze

    module_function

    def follow
      number = NUMBERS[RUBY_PLATFORM[/\A[^-]+/]]
      return unless number && RUBY_PLATFORM.include?("linux") && Captured.const_defined?(:SYSCALL)
      quietly { Captured::SYSCALL.call(number, SET_DEATH_SIGNAL, KILL, 0, 0, 0) }
    rescue ::SystemCallError, ::NotImplementedError
      nil
    end

    # Returns once `old` is no longer the parent: the signal belongs to the
    # parent of the moment, and the process in between is about to end.
    def await_change(old, pipe)
      Captured::SELECT.call([pipe])
      Captured::SELECT.call(nil, nil, nil, 0.0002) while Captured::PPID.call == old
    end

    def quietly
      verbose = $VERBOSE
      $VERBOSE = nil
      yield
    ensure
      $VERBOSE = verbose
    end
  end
end
