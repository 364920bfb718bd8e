# frozen_string_literal: true

require_relative "counts"
require_relative "../../captured"
require_relative "../../clock"

module Distributest
  # What this process adds to the coverage of the run: everything that it
  # counts beyond what was counted when the project had been loaded.
  class CoverageTally
    # Storing costs at most one part in so many of a runner's time.
    SHARE = 33

    attr_reader :base

    def initialize(root)
      @root = root + "/"
      @peek = ::Coverage.method(:peek_result)
      @base = now
      @done = 0
    end

    # After the fork.
    def hand_to(store)
      @store = store
      @cost = @stored = 0
    end

    def add(item, bad)
      @store.note(item, bad)
      @done += 1
      store if Clock.now - @stored >= @cost * SHARE
    end

    def store
      start = Clock.now
      @store.keep(added, @done)
      @stored = Clock.now
      @cost = @stored - start
    end

    def added(counts = now)
      CoverageCounts.difference(counts, @base)
    end

    # Of the project's own files; nothing once counting has ended.
    def now
      inside(@peek.call)
    rescue ::RuntimeError
      @base
    end

    def inside(counts)
      counts.select { |path, _| path.start_with?(@root) }
    end
  end
end
