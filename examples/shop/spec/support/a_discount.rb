# frozen_string_literal: true

# `discount` is the subject; `cart` a cart that it applies to.
RSpec.shared_examples "a discount" do
  it "takes something off" do
    expect(discount.off(cart)).to be > money("0")
  end

  it "never takes more than the total" do
    expect(discount.off(cart)).to be <= cart.total
  end

  it "takes nothing off an empty cart" do
    expect(discount.off(Shop::Cart.new)).to be_zero
  end

  it "leaves the cart alone" do
    expect { discount.off(cart) }.not_to(change { cart.lines.map(&:quantity) })
  end

  it "has a name" do
    expect(discount.to_s).to match(/off|pay/)
  end
end
