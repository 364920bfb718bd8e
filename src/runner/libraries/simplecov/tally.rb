# frozen_string_literal: true

require_relative "counts"
require_relative "../../captured"
require_relative "../../clock"

module Distributest
  # What this process adds to the coverage of the run: everything that it
  # counts beyond what was counted when the project had been loaded.
  class CoverageTally
    # Storing takes at most one part in so many of a runner's time, and so many
    # microseconds beyond: where it is cheap or the run is short, every item is
    # stored as it ends.
    SHARE = 33
    ALLOWANCE = 100_000

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
      @born = Clock.now
      @spent = 0
    end

    def add(item, bad)
      @store.note(item, bad)
      @done += 1
      store if due?
    end

    def due?
      @spent + @cost <= ALLOWANCE + (Clock.now - @born) / SHARE
    end

    def store
      start = Clock.cpu
      @store.keep(added(inside(@peek.call)), @done)
      @cost = Clock.cpu - start
      @spent += @cost
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
