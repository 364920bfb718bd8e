# frozen_string_literal: true

module Distributest
  # In place of Minitest's pool of threads: what is to run in parallel runs at
  # once, in this runner; others run in other runners. Only a test that runs
  # tests of its own, towards another reporter, gets the pool.
  class MinitestInline
    def initialize(pool, reporter)
      @pool = pool
      @reporter = reporter
    end

    def start
      @started = true
      @pool.start
    end

    def shutdown
      @pool.shutdown if @started
      @started = false
    end

    def size
      @pool.size
    end

    def <<(work)
      klass, method, reporter = work
      return to_pool(work) unless @reporter.equal?(reporter)
      reporter.prerecord(klass, method)
      reporter.record(::Minitest.run_one_method(klass, method))
    end

    private

    def to_pool(work)
      start unless @started
      @pool << work
    end
  end
end
