# frozen_string_literal: true

module Shop
  class Cart
    Line = Struct.new(:product, :quantity) do
      def total = product.price * quantity
    end

    def initialize
      @lines = {}
    end

    def add(product, quantity = 1)
      raise Error, "quantity must be positive" unless quantity.positive?

      (@lines[product.sku] ||= Line.new(product, 0)).quantity += quantity
      self
    end

    def remove(product, quantity = nil)
      line = @lines[product.sku] or raise Error, "#{product.sku} is not in the cart"
      line.quantity -= quantity || line.quantity
      @lines.delete(product.sku) unless line.quantity.positive?
      self
    end

    def lines = @lines.values
    def empty? = @lines.empty?
    def count = lines.sum(&:quantity)
    def quantity_of(product) = @lines[product.sku]&.quantity || 0
    def grams = lines.sum { |line| line.product.grams * line.quantity }
    def total = lines.map(&:total).sum(Money.new(0))

    def merge(other)
      other.lines.each { |line| add(line.product, line.quantity) }
      self
    end
  end
end
