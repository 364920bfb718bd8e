# frozen_string_literal: true

module Shop
  # An amount in cents.
  class Money
    include Comparable
    attr_reader :cents

    def self.parse(text)
      match = /\A(-?)(\d+)(?:\.(\d{1,2}))?\z/.match(text.to_s.strip)
      raise Error, "not an amount: #{text.inspect}" unless match

      cents = match[2].to_i * 100 + match[3].to_s.ljust(2, "0").to_i
      new(match[1] == "-" ? -cents : cents)
    end

    def initialize(cents)
      @cents = Integer(cents)
    end

    def +(other) = Money.new(cents + other.cents)
    def -(other) = Money.new(cents - other.cents)
    def *(other) = Money.new((cents * other).round)
    def -@ = Money.new(-cents)
    def <=>(other) = other.is_a?(Money) ? cents <=> other.cents : nil
    def hash = cents.hash
    def eql?(other) = other.is_a?(Money) && cents == other.cents
    def zero? = cents.zero?
    def to_s = format("%s%d.%02d", cents.negative? ? "-" : "", *cents.abs.divmod(100))

    # Parts that differ by at most a cent and add up to the whole.
    def split(parts)
      raise Error, "cannot split into #{parts}" unless parts.positive?

      share, rest = cents.divmod(parts)
      Array.new(parts) { |i| Money.new(share + (i < rest ? 1 : 0)) }
    end
  end
end
