# frozen_string_literal: true

module Shop
  class Catalogue
    include Enumerable

    def initialize(products = [])
      @by_sku = {}
      products.each { |product| add(product) }
    end

    def add(product)
      raise Error, "#{product.sku} is there already" if @by_sku.key?(product.sku)

      @by_sku[product.sku] = product
      self
    end

    def fetch(sku) = @by_sku.fetch(sku) { raise Error, "no product #{sku}" }
    def remove(sku) = @by_sku.delete(sku) || raise(Error, "no product #{sku}")
    def each(&block) = @by_sku.each_value(&block)
    def size = @by_sku.size
    def categories = map(&:category).uniq.sort
    def in_category(name) = select { |product| product.category == name }
    def cheapest = min_by { |product| [product.price, product.sku] }
    def between(low, high) = select { |product| product.price.between?(low, high) }
  end
end
