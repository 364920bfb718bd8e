# frozen_string_literal: true

module Distributest
  # Arithmetic on what Ruby's Coverage says: {path => counts}, where counts are
  # a list with one number (or nil) a line, or a hash of such lists and of
  # nested hashes of numbers (branches, methods). Lines seen once (oneshot) are
  # a list of their numbers.
  module CoverageCounts
    SEEN = :oneshot_lines

    module_function

    # What came on top of `before`, of the files where something did.
    def difference(now, before)
      now.each_with_object({}) do |(path, counts), changed|
        known = before[path]
        next if known == counts
        changed[path] = known ? minus(counts, known) : counts
      end
    end

    def sum(one, other)
      one.merge(other) { |key, mine, its| key == SEEN ? mine | its : join(mine, its, :sum) { |a, b| a + b } }
    end

    def larger(one, other)
      one.merge(other) { |key, mine, its| key == SEEN ? mine | its : join(mine, its, :larger) { |a, b| a > b ? a : b } }
    end

    def join(mine, its, call, &block)
      return public_send(call, mine, its) if mine.is_a?(::Hash) && its.is_a?(::Hash)
      return mine || its unless mine && its
      return yield(mine, its) unless mine.is_a?(::Array)
      long, short = mine.size < its.size ? [its, mine] : [mine, its]
      long.each_with_index.map { |number, at| (second = short[at]) && number ? block.call(number, second) : number || second }
    end

    # A file that was loaded a second time counts from zero again.
    def minus(counts, known)
      case counts
      when ::Hash
        counts.each_with_object({}) do |(key, value), left|
          left[key] = !known.key?(key) ? value : key == SEEN ? value - known[key] : minus(value, known[key])
        end
      when ::Array
        left = counts.each_with_index.map { |number, at| number && number - known[at].to_i }
        left.any? { |number| number && number < 0 } ? counts : left
      when ::Integer then counts < known ? counts : counts - known
      end
    end
  end
end
