# frozen_string_literal: true

module Shop
  class Stock
    def initialize(counts = {})
      @counts = Hash.new(0).merge(counts)
      @reserved = Hash.new(0)
    end

    def available(sku) = @counts[sku] - @reserved[sku]
    def receive(sku, count) = @counts[sku] += count

    # All or nothing.
    def reserve(cart)
      short = cart.lines.find { |line| available(line.product.sku) < line.quantity }
      raise Error, "not enough #{short.product.sku}" if short

      cart.lines.each { |line| @reserved[line.product.sku] += line.quantity }
      self
    end

    def ship(cart)
      cart.lines.each do |line|
        @reserved[line.product.sku] -= line.quantity
        @counts[line.product.sku] -= line.quantity
      end
      self
    end

    def low(least) = @counts.keys.select { |sku| available(sku) < least }.sort
  end
end
