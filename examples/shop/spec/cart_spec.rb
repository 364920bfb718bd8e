# frozen_string_literal: true

RSpec.describe Shop::Cart do
  subject(:cart) { described_class.new }

  let(:tea) { product("tea", price: "2.50", grams: 100) }
  let(:cup) { product("cup", price: "9", grams: 300) }

  it { is_expected.to be_empty }
  it("costs nothing at first") { expect(cart.total).to be_zero }
  it("adds up") { expect(cart.add(tea, 2).add(cup).total).to eq(money("14")) }
  it("counts pieces") { expect(cart.add(tea, 2).add(cup).count).to eq(3) }
  it("weighs") { expect(cart.add(tea, 2).add(cup).grams).to eq(500) }
  it("puts equal products on one line") { expect(cart.add(tea).add(tea).lines.size).to eq(1) }
  it("refuses zero pieces") { expect { cart.add(tea, 0) }.to raise_error(Shop::Error, /positive/) }
  it("knows quantities") { expect(cart.add(tea, 4).quantity_of(tea)).to eq(4) }
  it("knows what it has none of") { expect(cart.quantity_of(tea)).to eq(0) }

  describe "#remove" do
    before { cart.add(tea, 3) }

    it("takes some") { expect(cart.remove(tea, 2).quantity_of(tea)).to eq(1) }
    it("takes all") { expect(cart.remove(tea)).to be_empty }
    it("takes no more than there are") { expect(cart.remove(tea, 9)).to be_empty }
    it("refuses what is not there") { expect { cart.remove(cup) }.to raise_error(Shop::Error, /not in the cart/) }
  end

  it "merges" do
    expect(cart.add(tea).merge(cart_of([tea, 2], [cup])).lines.map(&:quantity)).to eq([3, 1])
  end
end
