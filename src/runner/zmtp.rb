# frozen_string_literal: true

require_relative "captured"
require_relative "clock"
require_relative "lasting_socket"

module Distributest
  # One end of a ZMTP 3.0 connection (mechanism NULL) over a UNIX socket, as a
  # PULL or as a PUB. It blocks, has no thread, and takes its connection up again
  # when a test has closed the descriptor or put another file in its place.
  class Zmtp
    class Gone < StandardError; end

    MORE = 1
    LONG = 2
    COMMAND = 4
    LIMIT = 1 << 20
    PATIENCE = 30_000_000
    GREETING = [0xff, 0, 0x7f, 3, 0, "NULL", 0].pack("CQ>CCCa20Cx31").freeze

    def self.frame(bytes, flags = 0)
      size = bytes.bytesize
      return [flags, size].pack("CC") << bytes if size < 256
      [flags | LONG, size].pack("CQ>") << bytes
    end

    def initialize(path, type)
      @path = path
      @type = type
      connect
    end

    def io
      @socket.io
    end

    # False when the descriptor is no longer our socket.
    def intact?
      @socket.intact?
    end

    # True when it had to connect anew: what was on its way to us is lost.
    def ensure_intact
      return false if !@torn && (intact? || @socket.revive)
      connect
      true
    end

    # Writes whole frames. An interrupted write leaves half a frame behind,
    # after which only a new connection makes sense.
    def write(frames)
      3.times do
        begin
          ensure_intact
          @torn = true
          Captured::IO_WRITE.bind_call(io, frames)
          @torn = false
          return
        rescue ::IOError, ::Errno::EBADF, ::Errno::ENOTSOCK, ::Errno::ENOTCONN
          next
        rescue ::SystemCallError => e
          raise Gone, e.message
        end
      end
      raise Gone, "#{@path} does not stay open"
    end

    # The next message (its frames joined), or nil when nothing whole is here.
    def receive
      while (frame = shift)
        flags, body = frame
        if flags & COMMAND != 0
          command(body)
        else
          @parts << body
          return @parts.slice!(0..-1).join if flags & MORE == 0
        end
      end
    end

    # Reads what is there. Call it only when the socket is readable.
    def fill
      @in << Captured::IO_READ.bind_call(io, 65_536)
    rescue ::EOFError, ::Errno::ECONNRESET, ::Errno::EPIPE
      raise Gone, "#{@path} was closed by the broker"
    end

    def close
      @socket.close
    end

    private

    def connect
      @socket&.close
      @in = String.new(encoding: Encoding::BINARY)
      @parts = []
      @torn = false
      @socket = open_socket
      shake_hands
    end

    def open_socket
      LastingSocket.new(@path)
    rescue ::SystemCallError => e
      raise Gone, "#{@path}: #{e.message}"
    end

    def shake_hands
      @deadline = Clock.now + PATIENCE
      send_raw(GREETING)
      wait while @in.bytesize < 64
      greeting = @in.slice!(0, 64)
      unless greeting.getbyte(0) == 0xff && greeting.getbyte(10) >= 3
        raise Gone, "#{@path} does not speak ZMTP 3"
      end
      send_raw(Zmtp.frame("\x05READY".b << property("Socket-Type", @type) << property("Identity", ""), COMMAND))
      wait_for_ready
      wait_for_subscription if @type == "PUB"
    end

    def property(name, value)
      [name.bytesize, name, value.bytesize, value].pack("Ca*Na*")
    end

    def wait_for_ready
      flags, body = next_frame
      return if flags & COMMAND != 0 && body.start_with?("\x05READY".b)
      raise Gone, "#{@path} refused the connection"
    end

    # libzmq sends a 3.0 peer its subscription as a message, a newer one as a command.
    def wait_for_subscription
      loop do
        flags, body = next_frame
        return if flags & COMMAND == 0 && body.getbyte(0) == 1
        return if flags & COMMAND != 0 && body.start_with?("\x09SUBSCRIBE".b)
        command(body) if flags & COMMAND != 0
      end
    end

    def command(body)
      return unless body.start_with?("\x04PING".b)
      send_raw(Zmtp.frame("\x04PONG".b << (body.byteslice(7, 16) || ""), COMMAND))
    end

    def send_raw(bytes)
      Captured::IO_WRITE.bind_call(io, bytes)
    rescue ::IOError, ::SystemCallError => e
      raise Gone, "#{@path}: #{e.message}"
    end

    def next_frame
      loop do
        frame = shift
        return frame if frame
        wait
      end
    end

    def wait
      left = @deadline - Clock.now
      ready = left > 0 && Captured::SELECT.call([io], nil, nil, left / 1e6)
      raise Gone, "#{@path}: no answer within #{PATIENCE / 1_000_000} s" unless ready
      fill
    end

    def shift
      return if @in.bytesize < 2
      flags = @in.getbyte(0)
      size = @in.getbyte(1)
      head = 2
      if flags & LONG != 0
        return if @in.bytesize < 9
        size = @in.byteslice(1, 8).unpack1("Q>")
        head = 9
      end
      raise Gone, "#{@path}: a frame of #{size} bytes" if size > LIMIT
      return if @in.bytesize < head + size
      body = @in.slice!(0, head + size).byteslice(head, size)
      [flags, body]
    end
  end
end
