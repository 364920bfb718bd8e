# frozen_string_literal: true

module Shop
  # The most valuable load within a weight.
  class Packing
    def initialize(products)
      @products = products
    end

    def best(grams)
      best = Array.new(grams + 1, 0)
      taken = @products.map do |product|
        grams.downto(product.grams).select do |room|
          with = best[room - product.grams] + product.price.cents
          with > best[room] && (best[room] = with)
        end.to_h { |room| [room, true] }
      end
      collect(taken, grams)
    end

    private

    def collect(taken, room)
      @products.zip(taken).reverse.each_with_object([]) do |(product, rooms), load|
        next unless rooms[room]

        load.unshift(product)
        room -= product.grams
      end
    end
  end
end
