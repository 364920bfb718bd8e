# frozen_string_literal: true

module Distributest
  # Tests of another framework in an RSpec file. With autorun RSpec's own run
  # has them run when its process ends; here nobody would, so the file fails.
  module RspecForeign
    class Tests < ::StandardError; end

    module_function

    def classes
      minitest + test_unit
    end

    # An exception when the file has added some, else nil.
    def since(before)
      added = (classes - before).select { |klass| tests?(klass) }
      return if added.empty?
      names = added.first(5).map { |klass| klass.name || "a class without a name" }
      Tests.new("it defines tests that are not RSpec's (#{names.join(", ")}), which would not run: " \
                "put them into a file under test/")
    end

    def minitest
      return [] unless defined?(::Minitest::Runnable) && ::Minitest.class_variable_defined?(:@@installed_at_exit)
      ::Minitest.class_variable_get(:@@installed_at_exit) ? ::Minitest::Runnable.runnables.dup : []
    end

    def test_unit
      return [] unless defined?(::Test::Unit::TestCase::DESCENDANTS) && ::Test::Unit::AutoRunner.need_auto_run?
      ::Test::Unit::TestCase::DESCENDANTS.dup
    end

    # Not `runnable_methods`: Minitest has no seed yet to order them by.
    def tests?(klass)
      klass.public_instance_methods(true).any? { |name| name.to_s.start_with?("test") }
    end
  end
end
