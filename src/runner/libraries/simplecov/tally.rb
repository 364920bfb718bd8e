# frozen_string_literal: true

require_relative "counts"
require_relative "../../captured"
require_relative "../../clock"

module Distributest
  # What this process adds to the coverage of the run: everything that it
  # counts beyond what was counted when the project had been loaded.
  class CoverageTally
    # Storing takes at most one part in so many of a runner's time, unless it
    # takes next to nothing.
    SHARE = 33
    NEXT_TO_NOTHING = 20_000

    attr_reader :base

    def initialize(root)
      @root = root + "/"
      @peek = ::Coverage.method(:peek_result)
      start = Clock.cpu
      @base = inside(@peek.call)
      @cost = Clock.cpu - start
      @done = 0
    end

    # After the fork.
    def hand_to(store)
      @store = store
      @stored = @cost < NEXT_TO_NOTHING ? 0 : Clock.now
    end

    def add(item, bad)
      @store.note(item, bad)
      @done += 1
      store if due?
    end

    def due?
      Clock.now - @stored >= @cost * SHARE
    end

    def store
      start = Clock.cpu
      @store.keep(added(inside(@peek.call)), @done)
      @cost = Clock.cpu - start
      @stored = Clock.now
    rescue ::RuntimeError
      # Counting has ended: what was stored stays.
      nil
    end

    def added(counts)
      CoverageCounts.difference(counts, @base)
    end

    # The project's own files.
    def inside(counts)
      counts.select { |path, _| path.start_with?(@root) }
    end
  end
end
