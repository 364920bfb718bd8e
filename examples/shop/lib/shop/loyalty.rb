# frozen_string_literal: true

module Shop
  class Loyalty
    LEVELS = { bronze: 0, silver: 1_000, gold: 5_000 }.freeze
    attr_reader :points

    def initialize(points = 0)
      @points = points
    end

    def earn(invoice)
      raise Error, "not paid" unless invoice.paid?

      @points += invoice.total.cents / 100
      self
    end

    def level = LEVELS.select { |_, least| points >= least }.keys.last
    def discount = Discounts::Percent.new({ bronze: 0, silver: 3, gold: 5 }.fetch(level))

    def spend(count)
      raise Error, "only #{points} points" if count > points

      @points -= count
      Discounts::Fixed.new(Money.new(count))
    end
  end
end
