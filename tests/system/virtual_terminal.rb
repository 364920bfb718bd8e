# frozen_string_literal: true

# What a person sees of what a program writes to a terminal: the lines that scrolled away and those on the screen. It
# knows the sequences that dtest uses, and raises for another one.
class VirtualTerminal
  SEQUENCE = /\e\[(\??[0-9;]*)([A-Za-z])/.freeze

  # What is on the screen now, and what scrolled away before it.
  attr_reader :lines

  def initialize(columns)
    @columns = columns
    @lines = [+""]
    @row = @column = 0
    @wrap = true
  end

  def write(text)
    rest = text
    until rest.empty?
      case rest
      when /\A#{SEQUENCE}/o then obey(Regexp.last_match(2), Regexp.last_match(1))
      when /\A\r/ then @column = 0
      when /\A\n/ then line_feed
      when /\A[^\e\r\n]+/ then put(Regexp.last_match(0))
      else raise "the terminal does not know #{rest[0, 20].inspect}"
      end
      rest = Regexp.last_match.post_match
    end
    self
  end

  def text
    lines.map(&:rstrip).join("\n").sub(/\n+\z/, "") + "\n"
  end

  private

  def put(text)
    text.each_char do |char|
      if @column == @columns
        next unless @wrap
        @column = 0
        line_feed
      end
      line = @lines[@row]
      line << " " * (@column - line.size) if line.size < @column
      line[@column] = char
      @column += 1
    end
  end

  def line_feed
    @row += 1
    @lines << +"" while @lines.size <= @row
  end

  def obey(letter, argument)
    case letter
    when "A" then @row -= [Integer(argument), @row].min
    when "J" then erase_below
    when "K" then @lines[@row] = @lines[@row][0, @column]
    when "m" then nil
    when "h", "l" then @wrap = letter == "h" if argument == "?7"
    else raise "the terminal does not know ESC [ #{argument} #{letter}"
    end
  end

  def erase_below
    @lines[@row] = @lines[@row][0, @column]
    @lines.slice!((@row + 1)..)
  end
end
