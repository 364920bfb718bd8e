# frozen_string_literal: true

# Slow on purpose: simulates.
RSpec.describe Shop::Simulation do
  def simulation(seed = 1) = described_class.new(seed: seed)

  it("repeats with its seed") do
    expect(simulation(3).revenue(money("15"), days: 50)).to eq(simulation(3).revenue(money("15"), days: 50))
  end

  it("differs with the seed") do
    expect(simulation(3).revenue(money("15"), days: 50)).not_to eq(simulation(4).revenue(money("15"), days: 50))
  end

  it("sells nothing above every limit") { expect(simulation.revenue(money("30"), days: 50)).to be_zero }
  it("sells to all below every limit") { expect(simulation.revenue(money("10"), days: 2)).to eq(money("1000")) }

  (1..4).each do |seed|
    it "finds a price between cheap and dear (seed #{seed})" do
      prices = (10..30).map { |amount| money(amount.to_s) }
      expect(simulation(seed).best_price(prices, days: 500)).to be_between(money("13"), money("18"))
    end
  end
end
