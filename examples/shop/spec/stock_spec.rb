# frozen_string_literal: true

RSpec.describe Shop::Stock do
  subject(:stock) { described_class.new("tea" => 5, "cup" => 1) }

  let(:tea) { product("tea") }
  let(:cup) { product("cup") }

  it("counts") { expect(stock.available("tea")).to eq(5) }
  it("has none of the unknown") { expect(stock.available("x")).to eq(0) }
  it("receives") { expect { stock.receive("tea", 3) }.to change { stock.available("tea") }.by(3) }
  it("reserves") { expect { stock.reserve(cart_of([tea, 2])) }.to change { stock.available("tea") }.by(-2) }
  it("lists what is low") { expect(stock.low(2)).to eq(["cup"]) }

  it "reserves all or nothing" do
    expect { stock.reserve(cart_of([tea, 2], [cup, 2])) }.to raise_error(Shop::Error, "not enough cup")
    expect(stock.available("tea")).to eq(5)
  end

  it "ships what was reserved" do
    cart = cart_of([tea, 2])
    stock.reserve(cart).ship(cart)
    expect(stock.available("tea")).to eq(3)
  end
end
