# frozen_string_literal: true

module Shop
  Product = Struct.new(:sku, :name, :price, :category, :grams, keyword_init: true) do
    def initialize(sku:, name:, price:, category: "misc", grams: 500)
      raise Error, "a product needs a SKU" if sku.to_s.empty?
      raise Error, "a price cannot be negative" if price.cents.negative?

      super
    end

    def to_s = "#{name} (#{sku}) #{price}"
  end
end
