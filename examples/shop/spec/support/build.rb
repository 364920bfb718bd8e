# frozen_string_literal: true

# Short ways to make things.
module Build
  def money(text) = Shop::Money.parse(text)

  def product(sku = "tea", price: "2.50", **rest)
    Shop::Product.new(sku: sku, name: rest.delete(:name) || sku.capitalize, price: money(price), **rest)
  end

  def cart_of(*pairs)
    pairs.each_with_object(Shop::Cart.new) { |(product, quantity), cart| cart.add(product, quantity || 1) }
  end
end
