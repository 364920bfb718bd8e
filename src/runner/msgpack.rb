# frozen_string_literal: true

module Distributest
  # The part of MessagePack that the bus uses: nil, booleans, 64-bit integers,
  # doubles, strings (UTF-8), binaries (ASCII-8BIT), arrays and maps.
  module Msgpack
    class Malformed < StandardError; end

    MAX_DEPTH = 16
    MAX_ITEMS = 100_000
    MAX_PAIRS = 1_024
    MAX_BYTES = 1 << 20

    # Our own keys are few, and packed once.
    KEYS = {}

    module_function

    def remember(keys)
      keys.each { |key| KEYS[key] = pack(key).freeze }
    end

    def pack(value, out = String.new(encoding: Encoding::BINARY))
      case value
      when String then pack_string(value, out)
      when Integer then value >= 0 && value < 0x80 ? out << value : pack_integer(value, out)
      when Hash
        head(value.size, 0x80, 16, 0xde, out)
        value.each_pair do |key, entry|
          out << (KEYS[key] || pack(key))
          pack(entry, out)
        end
      when Array
        head(value.size, 0x90, 16, 0xdc, out)
        value.each { |entry| pack(entry, out) }
      when nil then out << 0xc0
      when true then out << 0xc3
      when false then out << 0xc2
      when Float then out << 0xcb << [value].pack("G")
      when Symbol then pack_string(value.to_s, out)
      else raise ArgumentError, "cannot pack a #{value.class}"
      end
      out
    end

    def pack_string(text, out)
      size = text.bytesize
      if text.encoding == Encoding::BINARY
        return pack_binary(text, size, out)
      elsif size < 32 then out << (0xa0 | size)
      elsif size < 0x100 then out << 0xd9 << size
      elsif size < 0x10000 then out << 0xda << (size >> 8) << (size & 0xff)
      else out << 0xdb << [size].pack("N")
      end
      out << (text.ascii_only? ? text : text.b)
    end

    def pack_binary(bytes, size, out)
      if size < 0x100 then out << 0xc4 << size
      elsif size < 0x10000 then out << 0xc5 << (size >> 8) << (size & 0xff)
      else out << 0xc6 << [size].pack("N")
      end
      out << bytes
    end

    def pack_integer(number, out)
      if number >= 0
        if number < 0x80 then out << number
        elsif number < 0x100 then out << 0xcc << number
        elsif number < 0x10000 then out << 0xcd << (number >> 8) << (number & 0xff)
        elsif number < 0x100000000 then out << 0xce << [number].pack("N")
        elsif number < 0x10000000000000000 then out << 0xcf << [number].pack("Q>")
        else raise RangeError, "#{number} has more than 64 bits"
        end
      elsif number >= -0x20 then out << (number & 0xff)
      elsif number >= -0x80 then out << 0xd0 << (number & 0xff)
      elsif number >= -0x8000 then out << 0xd1 << [number].pack("s>")
      elsif number >= -0x80000000 then out << 0xd2 << [number].pack("l>")
      elsif number >= -0x8000000000000000 then out << 0xd3 << [number].pack("q>")
      else raise RangeError, "#{number} has more than 64 bits"
      end
    end

    def head(size, small, limit, wide, out)
      if size < limit then out << (small | size)
      elsif size < 0x10000 then out << wide << (size >> 8) << (size & 0xff)
      else out << (wide + 1) << [size].pack("N")
      end
    end

    def unpack(bytes)
      reader = Reader.new(bytes)
      value = reader.value
      raise Malformed, "#{reader.left} bytes too many" unless reader.left.zero?
      value
    end

    remember(%w[v k s i q item a id path line name desc status secs_us cpu_us o0 o1 exc pend tags])

    # Reads one value; every length is checked against what is really there.
    class Reader
      def initialize(bytes)
        @bytes = bytes.b
        @at = 0
      end

      def left
        @bytes.bytesize - @at
      end

      def value(depth = 0)
        raise Malformed, "too deep" if depth > MAX_DEPTH
        tag = byte
        case tag
        when 0x00..0x7f then tag
        when 0x80..0x8f then map(tag & 0x0f, depth)
        when 0x90..0x9f then array(tag & 0x0f, depth)
        when 0xa0..0xbf then text(tag & 0x1f)
        when 0xe0..0xff then tag - 0x100
        else wide(tag, depth)
        end
      end

      private

      def wide(tag, depth)
        case tag
        when 0xc0 then nil
        when 0xc2 then false
        when 0xc3 then true
        when 0xc4 then binary(byte)
        when 0xc5 then binary(number(2, "n"))
        when 0xc6 then binary(number(4, "N"))
        when 0xca then number(4, "g")
        when 0xcb then number(8, "G")
        when 0xcc then byte
        when 0xcd then number(2, "n")
        when 0xce then number(4, "N")
        when 0xcf then number(8, "Q>")
        when 0xd0 then number(1, "c")
        when 0xd1 then number(2, "s>")
        when 0xd2 then number(4, "l>")
        when 0xd3 then number(8, "q>")
        when 0xd9 then text(byte)
        when 0xda then text(number(2, "n"))
        when 0xdb then text(number(4, "N"))
        when 0xdc then array(number(2, "n"), depth)
        when 0xdd then array(number(4, "N"), depth)
        when 0xde then map(number(2, "n"), depth)
        when 0xdf then map(number(4, "N"), depth)
        else raise Malformed, format("type 0x%02x is not used here", tag)
        end
      end

      def byte
        raise Malformed, "cut short" if left < 1
        @at += 1
        @bytes.getbyte(@at - 1)
      end

      def number(size, how)
        take(size).unpack1(how)
      end

      def take(size)
        raise Malformed, "cut short" if size > left
        @at += size
        @bytes.byteslice(@at - size, size)
      end

      def binary(size)
        raise Malformed, "too long" if size > MAX_BYTES
        take(size)
      end

      def text(size)
        binary(size).force_encoding(Encoding::UTF_8)
      end

      def array(size, depth)
        raise Malformed, "array too long" if size > MAX_ITEMS || size > left
        Array.new(size) { value(depth + 1) }
      end

      def map(size, depth)
        raise Malformed, "map too long" if size > MAX_PAIRS || size * 2 > left
        pairs = {}
        size.times do
          key = value(depth + 1)
          pairs[key] = value(depth + 1)
        end
        pairs
      end
    end
  end
end
