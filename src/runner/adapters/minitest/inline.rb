# frozen_string_literal: true

module Distributest
  # In place of Minitest's pool of threads: what is to run in parallel runs at
  # once, in this runner. Others run in other runners.
  class MinitestInline
    def start; end

    def shutdown; end

    def size
      1
    end

    def <<(work)
      klass, method, reporter = work
      reporter.prerecord(klass, method)
      reporter.record(::Minitest.run_one_method(klass, method))
    end
  end
end
