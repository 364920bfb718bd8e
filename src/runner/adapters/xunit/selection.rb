# frozen_string_literal: true

module Distributest
  # The tests of a file that an item asks for, in the order of their run.
  class XunitSelection
    attr_reader :tests, :missing

    # `tests`: what the frameworks' own arguments leave, in their order.
    def initialize(tests, ids)
      @tests = ids ? tests.select { |test| ids.include?(test.id) } : tests
      @missing = ids ? ids - @tests.map(&:id) : []
    end

    def list
      @tests.map { |test| [test.id, test.line || 0, test.title] }
    end

    # { framework => [test...] }
    def by_framework
      @tests.group_by(&:framework)
    end

    # Those that a line lies in, else those that begin last before it.
    def self.at_lines(tests, lines, file)
      here = tests.select { |test| test.file == file && test.line }
      lines.flat_map { |line| at(here, line) }.uniq
    end

    def self.at(tests, line)
      around = tests.select { |test| line.between?(test.line, test.last) }
      return around unless around.empty?
      nearest = tests.map(&:line).select { |start| start <= line }.max
      tests.select { |test| test.line == nearest }
    end
  end
end
