# frozen_string_literal: true

require_relative "captured"

module Distributest
  # A connection to a UNIX socket in a process where a test may close every IO
  # object that it finds, or every descriptor with a low number. A second
  # connection would share the broker's messages with the first one, so this
  # one has a spare descriptor: one with a high number and without an object.
  class LastingSocket
    # F_DUPFD_CLOEXEC, which Ruby has no name for.
    DUPLICATE = RUBY_PLATFORM.include?("linux") ? 1030 : nil

    attr_reader :io

    def initialize(path)
      hold(Captured::CONNECT.call(path))
      @mark = mark(@io)
      @spare = spare
    end

    # False when the object is closed, or its descriptor no longer our socket.
    def intact?
      return false if Captured::IO_CLOSED.bind_call(@io)
      mark(@io) == @mark
    rescue ::IOError, ::SystemCallError
      false
    end

    # Takes the same connection up again. False: it is lost.
    def revive
      io = reopen(@number) || reopen(@spare)
      return false unless io
      hold(io)
      @spare = spare if @number == @spare
      true
    end

    # Leaves descriptors that are somebody else's by now to them.
    def close
      [@number, @spare].compact.uniq.each do |number|
        next unless (io = reopen(number))
        Captured::IO_AUTOCLOSE.bind_call(io, true)
        Captured::IO_CLOSE.bind_call(io)
      end
    rescue ::IOError, ::SystemCallError
      nil
    end

    private

    # A finaliser that closes a number which is somebody else's by now would
    # do what we are defending ourselves against.
    def hold(io)
      Captured::IO_AUTOCLOSE.bind_call(io, false)
      @io = io
      @number = Captured::IO_FILENO.bind_call(io)
    end

    # An object for this number, where it still is our socket.
    def reopen(number)
      return unless number
      io = Captured::SOCKET_FOR_FD.call(number)
      Captured::IO_AUTOCLOSE.bind_call(io, false)
      io if mark(io) == @mark
    rescue ::IOError, ::SystemCallError, ::ArgumentError
      nil
    end

    def mark(io)
      stat = Captured::IO_STAT.bind_call(io)
      [Captured::STAT_DEV.bind_call(stat), Captured::STAT_INO.bind_call(stat)]
    end

    # Where those who close all descriptors up to a limit of theirs do not come.
    def spare
      return unless DUPLICATE
      lowest = [Captured::LIMIT_OF.call(:NOFILE).first, 4096].min - 64
      Captured::IO_FCNTL.bind_call(@io, DUPLICATE, [lowest, 3].max)
    rescue ::SystemCallError, ::NotImplementedError
      nil
    end
  end
end
