# frozen_string_literal: true

require "minitest/autorun"
require_relative "fake_broker"
require_relative "generate"

FakeBroker.become_subreaper

# Large projects keep their account. MEASURE=1 prints what an example costs.
class ScaleTest < Minitest::Test
  def test_two_thousand_files
    Dir.mktmpdir do |project|
      Generate.many_files(project, 2_000)
      broker = FakeBroker.new(project, runners: 2).run
      assert_equal 2_000, broker.plan.size
      assert_equal 2_000, broker.verdicts.size
      assert_equal ["done"], broker.outcomes.values.uniq
      assert_empty broker.violations
    end
  end

  def test_five_thousand_examples_in_one_file
    Dir.mktmpdir do |project|
      Generate.many_examples(project, 5_000)
      broker = FakeBroker.new(project).run
      assert_equal 5_000, broker.verdicts.size
      assert_equal 5_000, broker.listed["spec/many_spec.rb"].size
      assert_empty broker.violations
      measure(broker) if ENV["MEASURE"]
    end
  end

  private

  def measure(broker)
    done = broker.messages.find { |message| message["k"] == "done" }
    inside = broker.verdicts.values.sum { |message| message["cpu_us"] }
    puts "", "CPU per example: #{done['cpu_us'] / 5_000.0} us, of which in the example #{inside / 5_000.0} us"
  end
end
