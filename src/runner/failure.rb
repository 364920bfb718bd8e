# frozen_string_literal: true

module Distributest
  # Why the boot process cannot go on, in words for the user, and the exit
  # code that dtest should end with.
  class Failure < StandardError
    attr_reader :code

    def initialize(why, code = 78)
      super(why)
      @code = code
    end
  end
end
