# frozen_string_literal: true

RSpec.describe Shop::Product do
  it("needs a SKU") { expect { product("") }.to raise_error(Shop::Error, /SKU/) }
  it("refuses a negative price") { expect { product(price: "-1") }.to raise_error(Shop::Error, /negative/) }
  it("may be free") { expect(product(price: "0").price).to be_zero }
  it("is misc by default") { expect(product.category).to eq("misc") }
  it("describes itself") { expect(product.to_s).to eq("Tea (tea) 2.50") }
  it("equals its like") { expect(product).to eq(product) }
end
