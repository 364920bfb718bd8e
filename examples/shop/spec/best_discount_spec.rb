# frozen_string_literal: true

# Slow on purpose: tries every set.
RSpec.describe Shop::Discounts::Best do
  let(:percent) { Shop::Discounts::Percent.new(10) }
  let(:fixed) { Shop::Discounts::Fixed.new(money("3")) }
  let(:cart) { cart_of([product("tea", price: "2.50"), 6], [product("cup", price: "9")]) }

  it("takes both") { expect(described_class.new([percent, fixed]).choose(cart)).to contain_exactly(percent, fixed) }

  it "obeys exclusions" do
    expect(described_class.new([percent, fixed], [[percent, fixed]]).choose(cart)).to eq([fixed])
  end

  it("never pays the customer") { expect(described_class.new([]).off([fixed] * 20, cart)).to eq(cart.total) }

  [8, 10, 12].each do |count|
    it "finds the best of #{2**count} sets" do
      many = (1..count).map { |i| Shop::Discounts::Percent.new(i) }
      pairs = many.each_cons(2).to_a
      chosen = described_class.new(many, pairs).choose(cart)
      expect(chosen.map(&:percent)).to eq((1..count).select(&:even?))
    end
  end
end
