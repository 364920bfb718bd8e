# frozen_string_literal: true

require_relative "counts"

module Distributest
  # Lets this process see the coverage of all runners as its own.
  module CoverageSum
    class << self
      # `ran`: this process is a runner itself, and has loaded the project like
      # the others: what was counted meanwhile counts once.
      def install(tally, store, ran)
        @tally = tally
        @base = store.bases.reduce(tally.base) { |all, base| CoverageCounts.larger(all, base) } if ran
        @added = store.parts.map(&:counts).reduce({}) { |all, counts| CoverageCounts.sum(all, counts) }
        ::Coverage.singleton_class.prepend(Seen)
      end

      def of(counts)
        own = @tally.inside(counts)
        own = CoverageCounts.sum(@base, @tally.added(own)) if @base
        counts.merge(CoverageCounts.sum(own, @added))
      end
    end

    module Seen
      def result(*)
        CoverageSum.of(super)
      end

      def peek_result
        CoverageSum.of(super)
      end
    end
  end
end
