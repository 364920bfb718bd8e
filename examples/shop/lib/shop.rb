# frozen_string_literal: true

# A shop: a catalogue of products, carts, discounts and invoices. All money is in cents.
module Shop
  Error = Class.new(StandardError)
end

require_relative "shop/money"
require_relative "shop/product"
require_relative "shop/catalogue"
require_relative "shop/price_list"
require_relative "shop/cart"
require_relative "shop/discounts"
require_relative "shop/tax"
require_relative "shop/invoice"
require_relative "shop/stock"
require_relative "shop/shipping"
require_relative "shop/search"
require_relative "shop/simulation"
require_relative "shop/packing"
require_relative "shop/loyalty"
