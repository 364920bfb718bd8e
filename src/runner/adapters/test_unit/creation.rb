# frozen_string_literal: true

module Distributest
  # In place of the tests of a class whose data cannot be read: one that fails.
  TestUnitUnlisted = Struct.new(:test_case, :exception) do
    def method_name
      "(its tests cannot be listed)"
    end

    def [](_attribute); end

    def size
      1
    end
  end

  # While we collect: what Test::Unit draws by chance depends on nothing but
  # the seed and the class, and no class takes the others down.
  module TestUnitCreation
    class << self
      attr_reader :seed

      def during(seed)
        install unless @installed
        @seed = seed
        yield
      ensure
        @seed = nil
      end

      def random(name)
        ::Random.new(name.to_s.each_byte.inject(@seed) { |number, byte| (number * 31 + byte) & 0xffffffff })
      end

      private

      def install
        @installed = true
        ::Test::Unit::TestSuiteCreator.prepend(self)
      end
    end

    def create
      super
    rescue ::SystemExit, ::StandardError, ::ScriptError => e
      raise unless TestUnitCreation.seed
      ::Test::Unit::TestSuite.new(@test_case.name, @test_case) << TestUnitUnlisted.new(@test_case, e)
    end

    private

    def rand(*limits)
      return super unless TestUnitCreation.seed
      (@random ||= TestUnitCreation.random(@test_case.name)).rand(*limits)
    end
  end
end
