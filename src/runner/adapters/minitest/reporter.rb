# frozen_string_literal: true

module Distributest
  # What Minitest and its extensions report to, in place of the screen. Made
  # when Minitest is there.
  module MinitestReporter
    module_function

    def build(options)
      @kind ||= ::Class.new(::Minitest::CompositeReporter) do
        attr_accessor :account, :tests

        define_method(:prerecord) { |klass, name| MinitestReporter.begin(self, klass, name) }
        define_method(:record) { |result| MinitestReporter.end(self, result) }
        define_method(:passed?) { true }
        %i[start report].each { |name| define_method(name) {} }
      end
      @kind.new(::Minitest::SummaryReporter.new(options[:io], options))
    end

    # tests: {class => {method => test}}
    def begin(reporter, klass, name)
      return unless reporter.account && reporter.account.own?
      test = (reporter.tests[klass] || {})[name.to_s]
      @running = test
      reporter.account.began(test) if test
    end

    def end(reporter, result)
      account = reporter.account
      return unless account && account.own?
      test = find(reporter, result)
      @running = nil
      return account.ended(test, *verdict(result, account.exceptions)) if test
      account.outside(result.name.to_s, *result.failures) unless result.failures.empty? || result.skipped?
    end

    # A result bears the name of a class, not the class itself.
    def find(reporter, result)
      name = result.name.to_s
      return @running if @running && method_of(@running, reporter) == name
      same = reporter.tests.map { |klass, tests| [klass.name, tests[name]] }
      found = same.select { |label, test| test && label == result.class_name }.map(&:last)
      found.find { |test| reporter.account.waiting?(test) } || found.first
    end

    def method_of(test, reporter)
      (reporter.tests[test.klass] || {}).key(test)
    end

    # A test that skips and then fails in teardown is skipped, as Minitest has it.
    def verdict(result, exceptions)
      return ["passed"] if result.failures.empty?
      described = exceptions.describe(*result.failures)
      return ["failed", { "exc" => described }] unless result.skipped?
      fields = { "pend" => described.first["msg"] }
      fields["exc"] = described if result.failures.size > 1
      ["pending", fields]
    end
  end
end
