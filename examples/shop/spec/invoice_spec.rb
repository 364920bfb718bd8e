# frozen_string_literal: true

RSpec.describe Shop::Invoice do
  subject(:invoice) { described_class.new(17, cart, tax: tax, discounts: [Shop::Discounts::Percent.new(10)]) }

  let(:tax) { Shop::Tax.new({}, default: 20) }
  let(:cart) { cart_of([product("tea", price: "10"), 2]) }

  it("has a discount") { expect(invoice.discount).to eq(money("2")) }
  it("has tax") { expect(invoice.tax).to eq(money("4")) }
  it("adds up") { expect(invoice.total).to eq(money("22")) }
  it("is due") { expect(invoice.due).to eq(money("22")) }
  it("is not paid") { expect(invoice).not_to be_paid }
  it("is paid in parts") { expect(invoice.pay(money("20")).pay(money("2"))).to be_paid }
  it("refuses too much") { expect { invoice.pay(money("23")) }.to raise_error(Shop::Error, /more than is due/) }

  it "needs something to charge" do
    expect { described_class.new(1, Shop::Cart.new, tax: tax) }.to raise_error(Shop::Error, /empty/)
  end

  it "prints" do
    expect(invoice.to_s.lines.map(&:split)).to eq([%w[Invoice 17], %w[2 x Tea 20.00], %w[discount -2.00],
                                                   %w[tax 4.00], %w[total 22.00]])
  end

  it "asks the tax once for its total" do
    counter = instance_double(Shop::Tax, total: money("1"))
    described_class.new(1, cart, tax: counter).total
    expect(counter).to have_received(:total).with(cart).once
  end
end
