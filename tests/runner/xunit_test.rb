# frozen_string_literal: true

require "minitest/autorun"
require_relative "fake_broker"

FakeBroker.become_subreaper

# What the messages say about tests of Minitest and of several frameworks in
# one project, and the ways in which a boot fails for them.
class XunitTest < Minitest::Test
  HEAD = "require 'minitest/autorun'\n"

  def project(files, **options, &block)
    Dir.mktmpdir do |directory|
      files.each do |path, text|
        FileUtils.mkdir_p(File.dirname(File.join(directory, path)))
        File.write(File.join(directory, path), text)
      end
      broker = FakeBroker.new(File.realpath(directory), **options).run(&block)
      assert_empty broker.violations
      broker
    end
  end

  def one(body, **options)
    project({ "test/a_test.rb" => "#{HEAD}class A < Minitest::Test\n#{body}\nend\n" }, **options)
  end

  def statuses(broker)
    broker.verdicts.transform_values { |message| message["status"] }
  end

  def test_what_a_verdict_says
    verdict = one("def test_x\n  assert_equal 'a' * 40 + \"\\nb\", 'a' * 40 + \"\\nc\", 'mine'\nend").verdicts["A#test_x"]
    assert_equal ["A#test_x", "test_x", "test/a_test.rb", 3], verdict.values_at("name", "desc", "path", "line")
    exception = verdict["exc"][0]
    assert_equal ["Minitest::Assertion", "mine", "test/a_test.rb:4"], exception.values_at("class", "msg", "loc")
    assert_includes exception["diff"], "-b\"\n+c\""
    assert(exception["bt"].none? { |line| line =~ %r{src/runner|lib/minitest} })
    assert_match %r{\A\./}, exception["bt"].first
  end

  def test_errors_are_unwrapped
    exceptions = one("def teardown; raise 'two'; end\ndef test_x; raise 'one'; end").verdicts["A#test_x"]["exc"]
    assert_equal [%w[RuntimeError one], %w[RuntimeError two]], (exceptions.map { |one| one.values_at("class", "msg") })
  end

  def test_skip_has_its_message
    assert_equal "not today", one("def test_x; skip 'not today'; end").verdicts["A#test_x"]["pend"]
  end

  def test_nothing_is_printed_by_reporters
    broker = one("def test_x; puts 'mine'; end", args: ["--verbose"])
    assert_equal "mine\n", broker.output(1)
    refute_match(/runs|Run options|Finished/, broker.boot_output)
  end

  def test_order_is_announced_and_kept
    body = (1..9).map { |n| "def test_#{n}; end" }.join("\n")
    broker = one(body, seed: 7)
    begun = broker.messages.select { |message| message["k"] == "begin" }.map { |message| message["id"] }
    assert_equal begun, broker.listed["test/a_test.rb"].map(&:first)
    refute_equal begun.sort, begun
    assert_equal begun, one(body, seed: 7).verdicts.keys
    refute_equal begun, one(body, seed: 8).verdicts.keys
  end

  def test_after_run_once
    Dir.mktmpdir do |place|
      file = File.join(place, "said")
      fixture = File.expand_path("../fixtures/minitest/after_run", __dir__)
      FakeBroker.new(fixture, runners: 2, env: { "AFTER_RUN" => file }).run
      assert_equal %w[helper test], File.readlines(file, chomp: true).sort
    end
  end

  def test_after_run_without_preloading
    Dir.mktmpdir do |place|
      file = File.join(place, "said")
      fixture = File.expand_path("../fixtures/minitest/after_run", __dir__)
      FakeBroker.new(fixture, runners: 1, preload: "framework", env: { "AFTER_RUN" => file }).run
      assert_equal %w[helper test], File.readlines(file, chomp: true).sort
    end
  end

  def test_class_in_two_files_on_two_runners
    fixture = File.expand_path("../fixtures/minitest/reopened_class", __dir__)
    broker = FakeBroker.new(fixture, runners: 2, preload: "framework").run
    assert_equal({ "SharedTest#test_in_a" => "passed", "SharedTest#test_in_b" => "failed", "OtherTest#test_other" => "passed" }, statuses(broker))
  end

  def test_lines
    files = { "test/a_test.rb" => "#{HEAD}class A < Minitest::Test\n  def test_x\n\n  end\n  def test_y; end\nend\n" }
    assert_equal %w[A#test_x], project(files, paths: ["test/a_test.rb:4"]).verdicts.keys
    assert_equal %w[A#test_y], project(files, paths: ["test/a_test.rb:7"]).verdicts.keys
    assert_bootfail 64, "no test stands at or before test/a_test.rb:2", project(files, paths: ["test/a_test.rb:2"])
  end

  def test_some_tests_of_a_file
    body = (1..4).map { |n| "def test_#{n}; end" }.join("\n")
    files = { "test/a_test.rb" => "#{HEAD}class A < Minitest::Test\n#{body}\nend\n" }
    broker = project(files) { |plan| [[plan[0], %w[A#test_2 A#test_9]]] }
    assert_equal %w[A#test_2], broker.verdicts.keys
    assert_includes broker.errors[0]["exc"][0]["msg"], "A#test_9"
  end

  def test_mode_list
    broker = one("def test_x; raise; end", mode: "list")
    assert_empty broker.verdicts
    assert_equal [["A#test_x", 3, "A#test_x"]], broker.listed["test/a_test.rb"]
  end

  MIXED = {
    "spec/a_spec.rb" => "describe('a') { it('x') { expect(1).to eq 1 } }\n",
    "test/a_test.rb" => "#{HEAD}describe('m') { it('x') { _(1).must_equal 2 } }\n",
    "test/b_test.rb" => "require 'test/unit'\nclass B < Test::Unit::TestCase\n  def test_x; assert_equal 1, 1; end\nend\n",
    "test/c_test.rb" => "#{HEAD}class C < Minitest::Test\n  def test_x; describe('late') {}; end\nend\n"
  }.freeze

  def test_frameworks_as_one
    %w[auto framework].each do |preload|
      broker = project(MIXED, seed: 5, preload: preload)
      assert_equal %w[rspec minitest test-unit], broker.header["fw"].each_slice(2).map(&:first)
      assert_equal 5, broker.header["seed"]
      assert_equal({ "./spec/a_spec.rb[1:1]" => "passed", "m#test_0001_x" => "failed", "B#test_x" => "passed",
                     "C#test_x" => "passed" }, statuses(broker))
    end
  end

  def test_one_framework_does_not_bring_another
    assert_equal "failed", statuses(one("def test_x; refute defined?(Test::Unit); flunk; end"))["A#test_x"]
    body = "require 'test/unit'\nclass B < Test::Unit::TestCase\n  def test_x; assert_nil defined?(Minitest); end\nend\n"
    assert_equal({ "B#test_x" => "passed" }, statuses(project({ "test/b_test.rb" => body })))
  end

  def test_a_framework_that_nothing_pointed_to
    files = { "test/a_test.rb" => "#{HEAD}require_relative 'kind'\nclass A < Minitest::Test; def test_x; end; end\nclass B < KIND; def test_y; end; end\n",
              "test/kind.rb" => "require 'test/' + 'unit'\nKIND = Test.const_get('Unit')::TestCase\n" }
    broker = project(files)
    assert_equal %w[A#test_x B#test_y], broker.verdicts.keys.sort
    assert_includes broker.notices.join, "Test::Unit #{Gem.loaded_specs['test-unit']&.version || '3.'}"
  end

  def assert_bootfail(code, text, broker)
    assert_equal code, broker.failure["code"], broker.failure.inspect
    assert_includes broker.failure["why"], text
  end

  def test_no_minitest
    files = { "test/a_test.rb" => HEAD }
    assert_bootfail 78, "Minitest is not installed for ruby", project(files, ruby: ["ruby", "--disable-gems"])
  end

  def test_bad_options
    assert_bootfail 78, "minitest does not accept its options: invalid option: --no-such-option",
                    one("def test_x; end", args: ["--no-such-option"])
  end

  def test_a_pattern_that_is_no_expression
    assert_bootfail 64, "minitest cannot use this pattern", one("def test_x; end", args: ["-n", "/(/"])
  end

  def test_options_of_several_frameworks
    assert_bootfail 64, "'-n' cannot be given to RSpec", project(MIXED, args: %w[-n x])
    assert_bootfail 64, "use --framework", project(MIXED, args: %w[-n x])
    assert_equal({ "m#test_0001_x" => "failed" },
                 statuses(project(MIXED, args: %w[-n /0001/], framework: "minitest")))
  end

  def test_a_required_file_raises
    files = { "test/a_test.rb" => HEAD, "h.rb" => "raise 'no database'", "e.rb" => "exit 3" }
    assert_bootfail 1, "h (from --require): RuntimeError: no database", project(files, requires: ["h"])
    assert_bootfail 1, "e (from --require) called exit(3)", project(files, requires: ["e"])
    refute_includes project(files, requires: ["h"]).failure["why"], "boot_process.rb"
  end

  def test_a_named_file_that_is_missing
    broker = project({ "test/a_test.rb" => HEAD }, paths: ["test/missing_test.rb"])
    assert_equal({ "test/missing_test.rb" => "load_error" }, broker.outcomes)
  end
end
