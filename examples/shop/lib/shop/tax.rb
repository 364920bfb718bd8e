# frozen_string_literal: true

module Shop
  class Tax
    def initialize(rates, default:)
      @rates = rates
      @default = default
    end

    def rate(category) = @rates.fetch(category, @default)
    def on(line) = line.total * (rate(line.product.category) / 100.0)

    def by_rate(cart)
      cart.lines.group_by { |line| rate(line.product.category) }
          .transform_values { |lines| lines.map { |line| on(line) }.sum(Money.new(0)) }
    end

    def total(cart) = by_rate(cart).values.sum(Money.new(0))
  end
end
