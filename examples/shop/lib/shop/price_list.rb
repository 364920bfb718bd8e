# frozen_string_literal: true

module Shop
  # Reads price lists: lines of comma separated values, quotes doubled inside quotes, first line names the columns.
  class PriceList
    COLUMNS = %w[sku name price].freeze

    def self.parse(text) = new(text).products

    def initialize(text)
      @rows = rows(text)
    end

    def products
      header = @rows.first or raise Error, "the price list is empty"
      missing = COLUMNS - header
      raise Error, "no column #{missing.join(', ')}" unless missing.empty?

      @rows.drop(1).each_with_index.map { |row, i| product(header.zip(row).to_h, i + 2) }
    end

    private

    def product(fields, line)
      Product.new(sku: fields["sku"], name: fields["name"], price: Money.parse(fields["price"]),
                  category: fields["category"] || "misc", grams: (fields["grams"] || 500).to_i)
    rescue Error => e
      raise Error, "line #{line}: #{e.message}"
    end

    def rows(text)
      rows = [[+""]]
      quoted = false
      chars = text.delete("\r").chars
      until chars.empty?
        char = chars.shift
        if quoted
          if char == '"' && chars.first == '"' then rows.last.last << chars.shift
          elsif char == '"' then quoted = false
          else rows.last.last << char
          end
        elsif char == '"' then quoted = true
        elsif char == "," then rows.last << +""
        elsif char == "\n" then rows << [+""]
        else rows.last.last << char
        end
      end
      raise Error, "a quote is not closed" if quoted

      rows.reject { |row| row == [""] }
    end
  end
end
