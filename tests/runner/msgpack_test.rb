# frozen_string_literal: true

require "minitest/autorun"
require "msgpack"
require_relative "../../src/runner/msgpack"

# Ours against the msgpack library, in both directions.
class MsgpackTest < Minitest::Test
  Ours = Distributest::Msgpack
  EDGES = [0, 1, 31, 32, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1, 2**32,
           2**63 - 1, 2**63, 2**64 - 1].freeze

  def assert_both(value)
    assert value == MessagePack.unpack(Ours.pack(value)), value.inspect
    assert value == Ours.unpack(MessagePack.pack(value)), value.inspect
    assert_equal MessagePack.pack(value), Ours.pack(value)
  end

  def test_integers
    EDGES.each { |number| assert_both(number) }
    EDGES.select { |number| number <= 2**63 }.each { |number| assert_both(-number) }
    assert_raises(RangeError) { Ours.pack(2**64) }
    assert_raises(RangeError) { Ours.pack(-2**63 - 1) }
  end

  def test_simple_values
    [nil, true, false, 0.0, -1.5, 1e300, Float::INFINITY].each { |value| assert_both(value) }
  end

  def test_texts_and_binaries
    [0, 1, 31, 32, 255, 256, 65_535, 65_536, 1 << 20].each do |size|
      assert_both("x" * size)
      assert_both(("\xff" * size).b)
    end
    assert_both("größe ✓")
    assert_equal Encoding::UTF_8, Ours.unpack(MessagePack.pack("ä")).encoding
    assert_equal Encoding::BINARY, Ours.unpack(MessagePack.pack("\xff".b)).encoding
  end

  def test_containers
    [0, 1, 15, 16, 1000].each do |size|
      assert_both(Array.new(size) { |n| n })
      assert_both(Array.new(size) { |n| ["key#{n}", n] }.to_h)
    end
    assert_both(Array.new(70_000, 1))
  end

  def test_random_values
    random = Random.new(7)
    500.times { assert_both(any(random, 4)) }
  end

  def test_bad_input
    random = Random.new(8)
    good = MessagePack.pack("k" => [1, "two", { "three" => 3.0 }])
    (0...good.bytesize).each { |size| assert_raises(Ours::Malformed) { Ours.unpack(good.byteslice(0, size)) } }
    assert_raises(Ours::Malformed) { Ours.unpack(good + "\0") }
    assert_raises(Ours::Malformed) { Ours.unpack("\xdd\xff\xff\xff\xff".b) }
    assert_raises(Ours::Malformed) { Ours.unpack("\xdf\xff\xff\xff\xff".b) }
    assert_raises(Ours::Malformed) { Ours.unpack("\xc6\xff\xff\xff\xff".b) }
    assert_raises(Ours::Malformed) { Ours.unpack("\x91".b * 40 + "\xc0".b) }
    assert_raises(Ours::Malformed) { Ours.unpack("\xd4\x01\x02".b) }
    2000.times { tolerate(random.bytes(random.rand(40))) }
  end

  private

  def tolerate(bytes)
    Ours.unpack(bytes)
  rescue Ours::Malformed
    nil
  end

  def any(random, depth)
    case random.rand(depth.zero? ? 6 : 8)
    when 0 then random.rand(2**64) >> random.rand(64)
    when 1 then -(random.rand(2**63) >> random.rand(63))
    when 2 then random.rand
    when 3 then random.bytes(random.rand(300))
    when 4 then "ü" * random.rand(300)
    when 5 then [nil, true, false].sample(random: random)
    when 6 then Array.new(random.rand(20)) { any(random, depth - 1) }
    else Array.new(random.rand(20)) { |n| ["k#{n}", any(random, depth - 1)] }.to_h
    end
  end
end
