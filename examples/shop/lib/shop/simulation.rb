# frozen_string_literal: true

module Shop
  # What a price would earn: many days with buyers whose limits vary, from one seed.
  class Simulation
    def initialize(seed:, buyers: 50, mean_limit: 2_000)
      @random = Random.new(seed)
      @buyers = buyers
      @mean_limit = mean_limit
    end

    def revenue(price, days:)
      sold = days.times.sum { day(price.cents) }
      price * sold
    end

    def best_price(prices, days:) = prices.max_by { |price| [revenue(price, days: days), -price.cents] }

    private

    def day(cents) = @buyers.times.count { limit >= cents }
    def limit = @mean_limit * (0.5 + (@random.rand + @random.rand) / 2)
  end
end
