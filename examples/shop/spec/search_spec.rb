# frozen_string_literal: true

# Slow on purpose: edit distances to many names.
RSpec.describe Shop::Search do
  subject(:search) { described_class.new(catalogue) }

  let(:catalogue) do
    Shop::Catalogue.new(%w[Teapot Teacup Kettle Samovar].map { |name| product(name.downcase, name: name) })
  end

  [["", "", 0], ["a", "", 1], ["kitten", "sitting", 3], ["same", "same", 0]].each do |one, two, distance|
    it("is #{distance} from #{one.inspect} to #{two.inspect}") do
      expect(described_class.distance(one, two)).to eq(distance)
    end
  end

  it("finds a word") { expect(search.find("kettle").map(&:sku)).to eq(["kettle"]) }
  it("finds a misspelt word") { expect(search.find("samowar").map(&:sku)).to eq(["samovar"]) }
  it("finds the closest first") { expect(search.find("teacup").map(&:sku)).to eq(["teacup"]) }
  it("finds nothing for nothing") { expect(search.find(" ")).to eq([]) }

  (1..4).each do |seed|
    it "searches a large catalogue (#{seed})" do
      random = Random.new(seed)
      names = Array.new(700) { Array.new(2) { Array.new(8) { (97 + random.rand(26)).chr }.join }.join(" ") }
      large = Shop::Catalogue.new(names.each_with_index.map { |name, i| product("p#{i}", name: name) })
      found = names.first(2).map { |name| described_class.new(large).find(name.sub(/\A./, "x")).first.name }
      expect(found).to eq(names.first(2))
    end
  end
end
