# frozen_string_literal: true

require_relative "../failure"
require_relative "rspec/globals"

module Distributest
  # Several adapters as one: RSpec's files and those of xUnit frameworks in one
  # run, each file with the adapter that planned it.
  class CompositeAdapter
    def initialize(adapters, options)
      @adapters = adapters
      @options = options
    end

    def prepare
      @adapters.each(&:prepare)
    end

    # All on the seed of the first, which the project may have set.
    def configure
      @adapters.each do |adapter|
        among(adapter) { configured(adapter) }
        @options["default_seed"] = adapter.seed if adapter.equal?(@adapters.first)
      end
      @owner = {}
      @adapters.each { |adapter| adapter.files.each { |file| @owner[file] ||= adapter } }
    end

    def frameworks
      @adapters.flat_map(&:frameworks)
    end

    def seed
      @adapters.first.seed
    end

    def files
      @owner.keys
    end

    def looked_for
      @adapters.map(&:looked_for).join(" and ")
    end

    def load(file)
      among(of(file)) { of(file).load(file) }
    end

    def settle(&remark)
      @adapters.each { |adapter| among(adapter) { adapter.settle(&remark) } }
    end

    def arm
      @adapters.each(&:arm)
    end

    def suite(report, &block)
      @adapters.reverse.inject(block) { |inner, adapter| proc { adapter.suite(report, &inner) } }.call
    end

    def report=(report)
      @adapters.each { |adapter| adapter.report = report }
    end

    def loaded?(file)
      of(file).loaded?(file)
    end

    def load_time(file)
      of(file).load_time(file)
    end

    # A suite hook of one framework is nothing to the files of another.
    def failure(file)
      of(file).failure(file) || of(file).suite_failure
    end

    def suite_failure; end

    def select(file, ids)
      Selection.new(of(file), of(file).select(file, ids))
    end

    def run(selection, report)
      among(selection.adapter) { selection.adapter.run(selection.inner, report) }
    end

    # A selection, and whose it is.
    Selection = Struct.new(:adapter, :inner) do
      def list
        inner.list
      end
    end

    private

    def configured(adapter)
      adapter.configure
    rescue Failure => e
      raise if (@options["args"] || []).empty?
      raise Failure.new("#{e.message}\n(this run uses several frameworks, which all get the arguments after --; " \
                        "name files of one of them, or use --framework)", e.code)
    end

    def of(file)
      @owner.fetch(file)
    end

    # `describe` in a file of Minitest is not RSpec's.
    def among(adapter, &block)
      adapter.respond_to?(:xunit?) ? RspecGlobals.hidden(&block) : yield
    end
  end
end
