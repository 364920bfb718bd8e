# frozen_string_literal: true

# Slow on purpose: many products, much room.
RSpec.describe Shop::Packing do
  def best(products, grams) = described_class.new(products).best(grams)

  let(:gold) { product("gold", price: "90", grams: 700) }
  let(:tea) { product("tea", price: "50", grams: 500) }
  let(:cup) { product("cup", price: "45", grams: 500) }

  it("packs nothing into nothing") { expect(best([gold, tea], 100)).to eq([]) }
  it("packs what fits") { expect(best([gold], 700)).to eq([gold]) }
  it("prefers two good ones to the best one") { expect(best([gold, tea, cup], 1_000)).to eq([tea, cup]) }

  [40, 80, 120].each do |count|
    it "packs the best of #{count} products" do
      random = Random.new(count)
      many = Array.new(count) { |i| product("p#{i}", price: random.rand(1..99).to_s, grams: random.rand(100..900)) }
      load = best(many, 9_000)
      expect(load.sum(&:grams)).to be <= 9_000
      greedy = many.sort_by { |one| -one.price.cents.fdiv(one.grams) }.each_with_object([]) do |one, taken|
        taken << one if taken.sum(&:grams) + one.grams <= 9_000
      end
      expect(load.sum { |one| one.price.cents }).to be >= greedy.sum { |one| one.price.cents }
    end
  end
end
