# frozen_string_literal: true

module Shop
  class Shipping
    STEPS = [[1_000, 390], [5_000, 590], [20_000, 1_290]].freeze

    def initialize(free_from: nil)
      @free_from = free_from
    end

    def cost(cart)
      return Money.new(0) if cart.empty? || (@free_from && cart.total >= @free_from)

      _, cents = STEPS.find { |grams, _| cart.grams <= grams }
      cents ? Money.new(cents) : Money.new(STEPS.last[1]) * (cart.grams / STEPS.last[0].to_f).ceil
    end
  end
end
