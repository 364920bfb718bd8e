# frozen_string_literal: true

RSpec.describe Shop::Discounts do
  let(:cart) { cart_of([product("tea", price: "2.50"), 6], [product("cup", price: "9")]) }

  describe Shop::Discounts::Percent do
    subject(:discount) { described_class.new(10) }

    include_examples "a discount"
    it("is a share") { expect(discount.off(cart)).to eq(money("2.40")) }
  end

  describe Shop::Discounts::Fixed do
    subject(:discount) { described_class.new(money("50")) }

    include_examples "a discount"
    it("stops at the total") { expect(discount.off(cart)).to eq(money("24")) }
  end

  describe Shop::Discounts::TakePay do
    subject(:discount) { described_class.new("tea", 3, 2) }

    include_examples "a discount"
    it("gives one of three") { expect(discount.off(cart)).to eq(money("5")) }
  end

  describe Shop::Discounts::Threshold do
    subject(:discount) { described_class.new(money("20"), Shop::Discounts::Percent.new(50)) }

    include_examples "a discount"
    it("needs enough") { expect(discount.off(cart_of([product]))).to be_zero }
  end
end
