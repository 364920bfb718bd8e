# frozen_string_literal: true

module Shop
  # Finds products by words that may be misspelt.
  class Search
    def initialize(catalogue)
      @catalogue = catalogue
    end

    def find(query, most: 5)
      words = query.downcase.split
      return [] if words.empty?

      scored = @catalogue.map { |product| [score(words, product), product.sku, product] }
      scored.select { |score, _, _| score <= words.sum { |word| word.size / 3 } }.sort_by { |s| s.take(2) }
            .first(most).map(&:last)
    end

    # Edit distance.
    def self.distance(one, two)
      row = (0..two.size).to_a
      one.each_char.with_index(1) do |a, i|
        diagonal, row[0] = row[0], i
        two.each_char.with_index(1) do |b, j|
          diagonal, row[j] = row[j], [row[j] + 1, row[j - 1] + 1, diagonal + (a == b ? 0 : 1)].min
        end
      end
      row.last
    end

    private

    def score(words, product)
      names = product.name.downcase.split
      words.sum { |word| names.map { |name| Search.distance(word, name) }.min }
    end
  end
end
