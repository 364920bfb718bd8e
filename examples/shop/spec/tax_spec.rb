# frozen_string_literal: true

RSpec.describe Shop::Tax do
  subject(:tax) { described_class.new({ "food" => 7, "books" => 0 }, default: 19) }

  let(:cart) do
    cart_of([product("tea", price: "10", category: "food"), 2], [product("cup", price: "10")],
            [product("novel", price: "10", category: "books")])
  end

  it("knows rates") { expect(tax.rate("food")).to eq(7) }
  it("has a default") { expect(tax.rate("toys")).to eq(19) }
  it("sums by rate") { expect(tax.by_rate(cart)).to eq(7 => money("1.40"), 19 => money("1.90"), 0 => money("0")) }
  it("sums up") { expect(tax.total(cart)).to eq(money("3.30")) }
  it("is nothing on an empty cart") { expect(tax.total(Shop::Cart.new)).to be_zero }
end
