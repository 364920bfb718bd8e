# frozen_string_literal: true

RSpec.describe Shop::Shipping do
  subject(:shipping) { described_class.new(free_from: money("50")) }

  { 1 => "3.90", 1_000 => "3.90", 1_001 => "5.90", 20_000 => "12.90", 20_001 => "25.80" }.each do |grams, cost|
    it "takes #{cost} for #{grams} g" do
      expect(shipping.cost(cart_of([product(grams: grams)]))).to eq(money(cost))
    end
  end

  it("is free from 50.00") { expect(shipping.cost(cart_of([product(price: "50")]))).to be_zero }
  it("is free for nothing") { expect(shipping.cost(Shop::Cart.new)).to be_zero }
end
