# frozen_string_literal: true

require_relative "captured"

module Distributest
  # Where a runner's standard output and error go: appended to one file, whose
  # size before and after an example tells what that example wrote.
  class Output
    def initialize(path)
      @path = path
      reopen(Captured::STDOUT)
      reopen(Captured::STDERR)
    end

    def size
      push(Captured::STDOUT)
      push(Captured::STDERR)
      push($stdout) unless $stdout.equal?(Captured::STDOUT)
      push($stderr) unless $stderr.equal?(Captured::STDERR)
      Captured::FILE_SIZE.call(@path)
    rescue ::SystemCallError
      0
    end

    # After an item: what a test closed is opened again. What it put in place
    # of $stdout stays, as it does in a serial run, unless it is closed too.
    def repair
      reopen(Captured::STDOUT) if lost?(Captured::STDOUT)
      reopen(Captured::STDERR) if lost?(Captured::STDERR)
      $stdout = Captured::STDOUT if closed?($stdout)
      $stderr = Captured::STDERR if closed?($stderr)
    rescue ::IOError, ::SystemCallError
      nil
    end

    def self.flush
      [Captured::STDOUT, Captured::STDERR].each do |io|
        begin
          Captured::IO_FLUSH.bind_call(io)
        rescue ::IOError, ::SystemCallError
          nil
        end
      end
    end

    # The last of what the boot process has printed, and how much that was.
    def self.tail(limit = 16 * 1024)
      flush
      bytes = Captured::FILE_READ.call("/proc/self/fd/1")
      { "out" => bytes.byteslice(-limit, limit) || bytes, "total" => bytes.bytesize }
    rescue ::IOError, ::SystemCallError
      { "out" => "".b }
    end

    private

    def reopen(io)
      Captured::IO_REOPEN.bind_call(io, @path, "a")
      # Written at once, so that it survives a crash.
      Captured::IO_SYNC.bind_call(io, true)
    end

    def push(io)
      return unless ::IO === io
      Captured::IO_FLUSH.bind_call(io)
    rescue ::IOError, ::SystemCallError
      nil
    end

    def closed?(io)
      ::IO === io && Captured::IO_CLOSED.bind_call(io)
    end

    def lost?(io)
      return true if closed?(io)
      Captured::IO_STAT.bind_call(io)
      false
    rescue ::IOError, ::Errno::EBADF
      true
    end
  end
end
