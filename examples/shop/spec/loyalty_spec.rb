# frozen_string_literal: true

RSpec.describe Shop::Loyalty do
  let(:cart) { cart_of([product("cup", price: "9"), 2]) }
  let(:invoice) { Shop::Invoice.new(1, cart, tax: Shop::Tax.new({}, default: 0)) }

  { 0 => :bronze, 999 => :bronze, 1_000 => :silver, 5_000 => :gold }.each do |points, level|
    it("is #{level} with #{points} points") { expect(described_class.new(points).level).to eq(level) }
  end

  it("earns by what was paid") { expect(described_class.new.earn(invoice.pay(money("18"))).points).to eq(18) }
  it("earns nothing before") { expect { described_class.new.earn(invoice) }.to raise_error(Shop::Error, "not paid") }
  it("refuses to spend what is not there") { expect { described_class.new(5).spend(6) }.to raise_error(Shop::Error) }

  context "with a level" do
    let(:discount) { described_class.new(1_000).discount }

    include_examples "a discount"
  end

  context "when points are spent" do
    let(:discount) { described_class.new(300).spend(200) }

    include_examples "a discount"
  end
end
