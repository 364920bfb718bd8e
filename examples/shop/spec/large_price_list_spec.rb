# frozen_string_literal: true

# Slow on purpose: large lists.
RSpec.describe Shop::PriceList, "with many lines" do
  def list(lines) = "sku,name,price\n" + Array.new(lines) { |i| "s#{i},\"Thing, number #{i}\",#{i % 90}.#{i % 10}0\n" }.join

  [500, 2_000, 8_000, 16_000].each do |lines|
    it "reads #{lines} products" do
      products = described_class.parse(list(lines))
      expect(products.size).to eq(lines)
      expect(products.last.name).to eq("Thing, number #{lines - 1}")
    end
  end

  it "makes a catalogue" do
    catalogue = Shop::Catalogue.new(described_class.parse(list(3_000)))
    expect(catalogue.between(money("10"), money("19.90")).size).to be > 300
  end
end
