# frozen_string_literal: true

require_relative "captured"

module Distributest
  # Whole microseconds that no test can freeze.
  module Clock
    module_function

    def now
      Captured::CLOCK.call(Captured::MONOTONIC, :microsecond)
    end

    def cpu
      Captured::CLOCK.call(Captured::CPU, :microsecond)
    end

    def resident_kb
      Captured::FILE_READ.call("/proc/self/statm").split(" ")[1].to_i * 4
    rescue ::SystemCallError
      0
    end
  end
end
