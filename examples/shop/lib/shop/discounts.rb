# frozen_string_literal: true

module Shop
  # Each discount answers `off(cart)`: how much less the cart costs, never more than it costs.
  module Discounts
    Percent = Struct.new(:percent) do
      def off(cart) = cart.total * (percent / 100.0)
      def to_s = "#{percent} % off"
    end

    Fixed = Struct.new(:amount) do
      def off(cart) = [amount, cart.total].min
      def to_s = "#{amount} off"
    end

    # Of each `take`, only `pay` are paid.
    TakePay = Struct.new(:sku, :take, :pay) do
      def off(cart)
        line = cart.lines.find { |l| l.product.sku == sku } or return Money.new(0)
        line.product.price * ((line.quantity / take) * (take - pay))
      end

      def to_s = "take #{take}, pay #{pay} of #{sku}"
    end

    Threshold = Struct.new(:least, :discount) do
      def off(cart) = cart.total >= least ? discount.off(cart) : Money.new(0)
      def to_s = "#{discount} from #{least}"
    end

    # The best set among discounts of which some exclude each other; tries them all.
    class Best
      def initialize(discounts, exclusions = [])
        @discounts = discounts
        @exclusions = exclusions
      end

      def choose(cart)
        sets = (0..@discounts.size).flat_map { |n| @discounts.combination(n).to_a }
        allowed = sets.reject { |set| @exclusions.any? { |pair| (pair - set).empty? } }
        allowed.max_by { |set| [off(set, cart), -set.size] }
      end

      def off(set, cart)
        [set.map { |discount| discount.off(cart) }.sum(Money.new(0)), cart.total].min
      end
    end
  end
end
