# frozen_string_literal: true

require "socket"

# ZMTP 3 as bytes on a UNIX socket, without a library: enough to carry a connection on, and to break every rule.
module Wire
  MORE = 1
  LONG = 2
  COMMAND = 4
  GREETING_SIZE = 64
  GREETING = [0xff, 0, 0x7f, 3, 0, "NULL", 0].pack("CQ>CCCa20Cx31").freeze

  module_function

  def frame(bytes, flags = 0)
    size = bytes.bytesize
    head = size < 256 ? [flags, size].pack("CC") : [flags | LONG, size].pack("CQ>")
    head + bytes.b
  end

  def ready(type)
    property = ->(name, value) { [name.bytesize, name, value.bytesize, value].pack("Ca*Na*") }
    frame("\x05READY".b + property.call("Socket-Type", type) + property.call("Identity", ""), COMMAND)
  end

  # Takes a whole frame off the buffer's front: its flags and all its bytes, or nil.
  def shift(buffer)
    return if buffer.bytesize < 2
    flags = buffer.getbyte(0)
    long = flags & LONG != 0
    return if long && buffer.bytesize < 9
    size = long ? 9 + buffer.byteslice(1, 8).unpack1("Q>") : 2 + buffer.getbyte(1)
    [flags, buffer.slice!(0, size)] if buffer.bytesize >= size
  end

  def body(frame)
    frame.byteslice(frame.getbyte(0) & LONG == 0 ? 2 : 9, frame.bytesize)
  end
end
