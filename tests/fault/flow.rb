# frozen_string_literal: true

require_relative "wire"

# One direction of a connection through a Relay. What the two ends say to each other before their first message, and
# commands, pass as they are; messages get the weather.
class Flow
  # Shares of the messages that are lost, that come twice (the second time late), and that come late, others before
  # them; and how late that is at most, in seconds.
  Weather = Struct.new(:lost, :twice, :late, :most, keyword_init: true)
  CALM = Weather.new(lost: 0, twice: 0, late: 0, most: 0).freeze
  ROOM = 4 << 20

  attr_reader :from, :to
  attr_accessor :held

  # The block gets each message, all its frames as they are on the wire.
  def initialize(from, to, weather, random, counts, &listener)
    @listener = listener
    @from = from
    @to = to
    @weather = weather
    @random = random
    @counts = counts
    @in = String.new(encoding: Encoding::BINARY)
    @out = String.new(encoding: Encoding::BINARY)
    @message = String.new(encoding: Encoding::BINARY)
    @late = []
    @greeting = Wire::GREETING_SIZE
  end

  def reads?
    !@held && @out.bytesize < ROOM
  end

  def writes?
    !@held && !@out.empty?
  end

  def next_late
    @late.first&.first
  end

  # False when the end of it is there.
  def fill
    @in << @from.read_nonblock(65_536)
    sort_out
    true
  rescue IO::WaitReadable
    true
  rescue EOFError, SystemCallError
    false
  end

  def flush(now)
    @out << @late.shift.last while @late.any? && @late.first.first <= now
    @out.slice!(0, @to.write_nonblock(@out)) unless @out.empty? || @held
    true
  rescue IO::WaitWritable
    true
  rescue SystemCallError
    false
  end

  private

  def sort_out
    greet if @greeting.positive?
    while @greeting.zero? && (flags, bytes = Wire.shift(@in))
      next @out << bytes if flags & Wire::COMMAND != 0
      @message << bytes
      next if flags & Wire::MORE != 0
      forward(@message)
      @message = String.new(encoding: Encoding::BINARY)
    end
  end

  # In pieces, as they come: each side waits for a piece of the other's before it goes on.
  def greet
    piece = @in.slice!(0, @greeting)
    @greeting -= piece.bytesize
    @out << piece
  end

  def forward(message)
    @counts[:messages] += 1
    @listener&.call(message)
    return @counts[:lost] += 1 if @random.rand < @weather.lost
    if @random.rand < @weather.late then put_off(:late, message)
    else @out << message
    end
    put_off(:twice, message) if @random.rand < @weather.twice
  end

  def put_off(how, message)
    @counts[how] += 1
    @late << [Machine.now + @random.rand * @weather.most, message]
    @late.sort_by!(&:first)
  end
end
