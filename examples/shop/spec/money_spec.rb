# frozen_string_literal: true

RSpec.describe Shop::Money do
  { "0" => 0, "1" => 100, "1.5" => 150, "12.34" => 1234, "-0.05" => -5, " 7 " => 700 }.each do |text, cents|
    it("reads #{text.inspect}") { expect(described_class.parse(text).cents).to eq(cents) }
  end

  ["", "x", "1.234", "1,50", "--1"].each do |text|
    it("refuses #{text.inspect}") { expect { described_class.parse(text) }.to raise_error(Shop::Error, /not an amount/) }
  end

  it("writes two digits") { expect(described_class.new(1205).to_s).to eq("12.05") }
  it("writes a sign") { expect(described_class.new(-5).to_s).to eq("-0.05") }
  it("adds") { expect(money("1.20") + money("0.85")).to eq(money("2.05")) }
  it("subtracts") { expect(money("1") - money("2")).to eq(money("-1")) }
  it("rounds products") { expect(money("0.99") * 0.5).to eq(money("0.50")) }
  it("is a key of a hash") { expect({ money("1") => :one }[money("1.00")]).to eq(:one) }
  it("does not compare with numbers") { expect(money("1") == 100).to be(false) }

  describe "#split" do
    it("shares the cents") { expect(money("1").split(3).map(&:cents)).to eq([34, 33, 33]) }
    it("refuses zero parts") { expect { money("1").split(0) }.to raise_error(Shop::Error) }

    it "loses nothing" do
      sums = (1..200).map { |parts| money("12.34").split(parts).sum(money("0")) }
      expect(sums.uniq).to eq([money("12.34")])
    end
  end
end
