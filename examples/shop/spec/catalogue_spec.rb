# frozen_string_literal: true

RSpec.describe Shop::Catalogue do
  subject(:catalogue) { described_class.new([tea, cake, cup]) }

  let(:tea) { product("tea", price: "2.50", category: "food") }
  let(:cake) { product("cake", price: "3.80", category: "food") }
  let(:cup) { product("cup", price: "9", category: "goods") }

  it("counts") { expect(catalogue.size).to eq(3) }
  it("finds by SKU") { expect(catalogue.fetch("cake")).to be(cake) }
  it("says what it does not have") { expect { catalogue.fetch("x") }.to raise_error(Shop::Error, "no product x") }
  it("refuses a SKU twice") { expect { catalogue.add(tea) }.to raise_error(Shop::Error, /already/) }
  it("lists categories") { expect(catalogue.categories).to eq(%w[food goods]) }
  it("lists a category") { expect(catalogue.in_category("food")).to contain_exactly(tea, cake) }
  it("finds the cheapest") { expect(catalogue.cheapest).to be(tea) }
  it("finds a range") { expect(catalogue.between(money("3"), money("9"))).to contain_exactly(cake, cup) }
  it("removes") { expect { catalogue.remove("tea") }.to change(catalogue, :size).by(-1) }
  it("cannot remove what is not there") { expect { catalogue.remove("x") }.to raise_error(Shop::Error) }
end
