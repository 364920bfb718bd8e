# frozen_string_literal: true

RSpec.describe Shop::PriceList do
  def parse(text) = described_class.parse(text)

  let(:head) { "sku,name,price,category,grams\n" }

  it("reads a line") { expect(parse("#{head}tea,Tea,2.50,food,100\n").first.to_s).to eq("Tea (tea) 2.50") }
  it("needs no final newline") { expect(parse("#{head}tea,Tea,2.50").size).to eq(1) }
  it("reads Windows lines") { expect(parse("#{head}tea,Tea,2.50\r\ncup,Cup,9\r\n").map(&:sku)).to eq(%w[tea cup]) }
  it("skips empty lines") { expect(parse("#{head}\n\ntea,Tea,1\n").size).to eq(1) }
  it("reads quotes") { expect(parse("#{head}tea,\"Tea, green\",1\n").first.name).to eq("Tea, green") }
  it("reads doubled quotes") { expect(parse("#{head}tea,\"\"\"T\"\"\",1\n").first.name).to eq('"T"') }
  it("reads a newline in quotes") { expect(parse("#{head}tea,\"a\nb\",1\n").first.name).to eq("a\nb") }
  it("takes columns in any order") { expect(parse("price,sku,name\n1,tea,Tea\n").first.sku).to eq("tea") }
  it("names missing columns") { expect { parse("sku,name\n") }.to raise_error(Shop::Error, "no column price") }
  it("names the line of an error") { expect { parse("#{head}a,A,1\nb,B,x\n") }.to raise_error(Shop::Error, /\Aline 3:/) }
  it("refuses an open quote") { expect { parse("#{head}\"tea") }.to raise_error(Shop::Error, /quote/) }
  it("refuses an empty list") { expect { parse("") }.to raise_error(Shop::Error, /empty/) }

  it "reads what it wrote" do
    names = ['plain', 'a,b', 'say "hi"', "two\nlines"]
    lines = names.each_with_index.map { |name, i| "s#{i},\"#{name.gsub('"', '""')}\",1" }
    expect(parse(head + lines.join("\n")).map(&:name)).to eq(names)
  end

  it "does not read other encodings" do
    pending "Latin-1 price lists are not supported yet"
    expect(parse("#{head}tea,Th\xE9,1\n".dup.force_encoding("BINARY")).first.name).to eq("Thé")
  end
end
