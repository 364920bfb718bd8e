# frozen_string_literal: true

require "minitest/autorun"
require_relative "fake_broker"
require_relative "serial"

FakeBroker.become_subreaper

# What the messages say beyond verdicts, and the ways in which a boot fails.
class BehaviourTest < Minitest::Test
  FIXTURES = File.expand_path("../fixtures/rspec", __dir__)

  def fixture(name, **options, &block)
    FakeBroker.new(File.join(FIXTURES, name), **options).run(&block)
  end

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
    project({ "spec/a_spec.rb" => "RSpec.describe('A') { it('x') { #{body} } }" }, **options)
  end

  def verdict(broker, id = "./spec/a_spec.rb[1:1]")
    broker.verdicts.fetch(id)
  end

  def written(broker, id)
    message = verdict(broker, id)
    broker.output(1).byteslice(message["o0"]...message["o1"])
  end

  def test_output_of_each_example
    broker = fixture("big_output")
    assert_equal "small\n", written(broker, "./spec/a_spec.rb[1:1]")
    assert_equal "x" * 5 * 1_048_576, written(broker, "./spec/a_spec.rb[1:2]")
    assert_equal "e" * 1000 + "from a child\n", written(broker, "./spec/a_spec.rb[1:3]")
    assert_operator verdict(broker, "./spec/a_spec.rb[1:4]")["exc"][0]["msg"].bytesize, :<, 66_000
    cause = verdict(broker, "./spec/a_spec.rb[1:5]")["exc"][0]
    depth = 0
    depth += 1 while (cause = cause["cause"]&.first)
    assert_equal 5, depth
  end

  def test_bytes
    broker = fixture("binary_output")
    assert_equal (0..255).map(&:chr).join.b, written(broker, "./spec/a_spec.rb[1:1]").b
    broker.verdicts.each_value { |message| assert message.to_s.valid_encoding? }
    assert_equal "grün", verdict(broker, "./spec/a_spec.rb[1:3]")["exc"][0]["msg"]
  end

  def test_exits_are_explained
    broker = fixture("exit_in_example")
    assert_equal "called exit(0)", verdict(broker)["exc"][0]["msg"]
    assert_equal "called exit(1): that is enough", verdict(broker, "./spec/a_spec.rb[1:3]")["exc"][0]["msg"]
    assert_equal "spec/a_spec.rb:2", verdict(broker)["exc"][0]["loc"]
    assert_equal "after(:context)", broker.errors[0]["where"]
    assert_equal 0, broker.statuses[0].exitstatus
  end

  def test_exceptions
    broker = fixture("failing")
    failure = verdict(broker, "./spec/a_spec.rb[1:3]")["exc"][0]
    assert_equal "RuntimeError", failure["class"]
    assert_equal "spec/a_spec.rb:8", failure["loc"]
    assert_equal "ArgumentError", failure["cause"][0]["class"]
    assert failure["bt"].none? { |line| line.include?("src/runner") }
    assert_equal 3, fixture("aggregate_failures").verdicts["./spec/a_spec.rb[1:1]"]["exc"].size
  end

  def test_load_errors_are_explained
    broker = fixture("syntax_error")
    done = broker.messages.find { |message| message["outcome"] == "load_error" }
    assert_equal "SyntaxError", done["exc"][0]["class"]
  end

  def test_suite_errors_belong_to_no_item
    broker = fixture("suite_hooks")
    assert_equal "after(:suite)", broker.errors[0]["where"]
    refute broker.errors[0].key?("item")
    assert_includes broker.output(1), "the other one"
    assert_equal "before(:suite)", fixture("suite_hook_failing").errors[0]["where"]
  end

  def test_exit_handlers
    broker = fixture("at_exit_handlers")
    assert_includes broker.output(1), "handler of the example\nunflushed"
    refute_includes broker.output(1), "handler of the helper"
    assert_equal 1, broker.boot_output.scan("handler of the helper").size
    refute_match(/runs|examples/, broker.boot_output + broker.output(1))
  end

  def test_environment_of_each_runner
    broker = fixture("env_read_in_helper", runners: 2)
    assert_includes broker.notices[0], "TEST_ENV_NUMBER is read at spec/spec_helper.rb:1"
    assert_equal %W[test\n test2\n], [broker.output(1), broker.output(2)] if broker.output(1).lines.size == 1
    assert_equal "on", fixture("env_read_in_helper", runners: 1, preload: "on").loaded["preload"]
  end

  def test_thread_while_loading
    broker = project({ "spec/a_spec.rb" => "Thread.new { sleep }; RSpec.describe('A') { it('x') { expect(1).to eq 1 } }" })
    assert_equal "framework", broker.loaded["preload"]
    assert_equal "passed", verdict(broker)["status"]
  end

  def test_order_is_that_of_a_serial_run
    serial = Serial.new(File.join(FIXTURES, "random_order"), seed: 1234)
    broker = fixture("random_order", seed: 1234)
    begun = broker.messages.select { |message| message["k"] == "begin" }.map { |message| message["id"] }
    assert_equal serial.verdicts.keys, begun
    assert_equal begun, broker.listed["spec/a_spec.rb"].map(&:first)
  end

  def test_some_examples_of_a_file
    files = { "spec/a_spec.rb" => <<~RUBY }
      RSpec.describe("A") do
        before(:context) { puts "outer" }
        context("one") { before(:context) { puts "one" }; it("x") {}; it("y") {} }
        context("two") { before(:context) { puts "two" }; it("x") {} }
      end
      RSpec.describe("B") { before(:context) { puts "B" }; it("x") {} }
    RUBY
    ids = ["./spec/a_spec.rb[1:1:2]", "./spec/a_spec.rb[9:9]"]
    broker = project(files) { |plan| [[plan[0], ids], [plan[0], nil]] }
    assert_equal "outer\none\nouter\none\ntwo\nB\n", broker.output(1)
    assert_equal 4, broker.verdicts.size
    assert_includes broker.errors[0]["exc"][0]["msg"], "[9:9]"
    assert_equal 1, broker.messages.find { |message| message["k"] == "done" }["count"]
  end

  def test_mode_list
    broker = fixture("pending", mode: "list")
    assert_empty broker.verdicts
    assert_equal 9, broker.listed["spec/a_spec.rb"].size
    assert_equal "list", broker.header["mode"]
  end

  def test_lines_and_arguments
    files = { "spec/a_spec.rb" => "RSpec.describe('A') do\n  it('x') {}\n  it('y', :slow) {}\n  it('z') {}\nend\n", "spec/b_spec.rb" => "raise" }
    assert_equal ["./spec/a_spec.rb[1:3]"], project(files, paths: ["spec/a_spec.rb:4"]).verdicts.keys
    assert_equal ["./spec/a_spec.rb[1:2]"], project(files, paths: ["spec/a_spec.rb"], args: %w[--tag slow --fail-fast]).verdicts.keys
    assert_equal ["spec/a_spec.rb"], project(files, excludes: ["spec/b*"]).plan
    assert_equal ["spec/a_spec.rb"], project(files, patterns: ["spec/a*"]).plan
  end

  def test_tags
    broker = fixture("tags_and_metadata")
    assert_equal %w[derived outer slow], verdict(broker)["tags"].sort
  end

  def test_paths_in_another_locale
    broker = fixture("unicode_path", env: { "LANG" => "C", "LC_ALL" => "C" })
    assert_equal ["spec/ünï code/größe_spec.rb"], broker.plan
    assert_equal "passed", verdict(broker, "./spec/ünï code/größe_spec.rb[1:1]")["status"]
  end

  def test_process_of_a_runner
    broker = one('puts File.binread("/proc/self/cmdline").tr("\0", " ").strip, Process.ppid, $0; system("ls /proc/self/fd")')
    title, parent, program, *numbers = broker.output(1).lines.map(&:chomp)
    assert_equal "dtest runner 1: spec/a_spec.rb", title
    assert_equal Process.pid.to_s, parent
    assert program.end_with?("/rspec")
    assert_equal `ls /proc/self/fd`.split, numbers
  end

  def test_dies_with_its_parent
    skip unless RUBY_PLATFORM.start_with?("x86_64-linux")
    broker = one('signal = "." * 4; syscall(157, 2, signal); puts signal.unpack1("l")')
    assert_equal "passed", verdict(broker)["status"], verdict(broker).inspect
    assert_equal "9\n", broker.output(1).lines.last
  end

  def test_examples_defined_too_late
    broker = project({ "spec/a_spec.rb" => <<~RUBY })
      RSpec.describe("A") { before(:context) { self.class.describe("late") { it("y") { raise "unseen" } } }; it("x") {} }
    RUBY
    assert_equal 1, broker.errors.size
    assert_equal "unseen", broker.errors[0]["exc"][0]["msg"]
  end

  def test_rebirth_after_a_change_of_directory
    files = { "spec/a_spec.rb" => "Dir.chdir('/'); ENV.to_h; RSpec.describe('A') { it('x') {} }" }
    broker = project(files)
    assert_equal ["passed"], broker.verdicts.values.map { |message| message["status"] }
    assert_equal "framework", broker.loaded["preload"]
  end

  def test_test_case_of_minitest_in_a_failing_helper_is_not_run
    broker = project({ ".rspec" => "-r ./h", "h.rb" => "require 'minitest/autorun'; raise 'no'" })
    refute_nil broker.failure
    assert_equal 1, broker.boot_status.exitstatus
  end

  def test_listeners_of_the_project_are_called
    broker = project({ ".rspec" => "-r ./spec/helper", "spec/helper.rb" => <<~RUBY, "spec/a_spec.rb" => "RSpec.describe('A') { it('x') { raise } }" })
      class Listener
        %i[example_started example_failed stop].each { |name| define_method(name) { |*| puts name } }
      end
      RSpec.configure { |c| c.reporter.register_listener(Listener.new, :example_started, :example_failed, :stop) }
    RUBY
    assert_equal "example_started\nexample_failed\nstop\n", broker.output(1)
  end

  def test_told_to_quit
    broker = project({ "spec/a_spec.rb" => <<~RUBY, "spec/b_spec.rb" => "RSpec.describe('B') { it('x') {} }" })
      RSpec.describe("A") { it("quits") { RSpec.world.wants_to_quit = true }; it("never runs") {} }
    RUBY
    assert_equal %w[passed error passed], broker.verdicts.values.map { |message| message["status"] }
  end

  def test_termination
    broker = FakeBroker.new(File.join(FIXTURES, "passing")).run
    assert_equal 0, broker.boot_status.exitstatus
    crash = project({ "spec/a_spec.rb" => "RSpec.describe('A') { it('x') { Process.kill('TERM', $$); sleep 5 } }" })
    assert_equal Signal.list["TERM"], crash.crashes[0][:status].termsig
    assert_equal "./spec/a_spec.rb[1:1]", crash.crashes[0][:running]
  end

  # As `require` of RubyGems does with a signal that comes while it waits for its lock.
  SIGNAL_IN_DISGUISE = <<~RUBY
    begin
      Process.kill("TERM", $$)
      sleep 60
    rescue SignalException
      raise "the lock is lost"
    end
  RUBY

  def test_a_signal_in_disguise_is_no_error_of_a_file
    [{ ".rspec" => "", "spec/a_spec.rb" => SIGNAL_IN_DISGUISE }, { "test/a_test.rb" => SIGNAL_IN_DISGUISE }].each do |files|
      broker = project(files)
      assert_equal ["crashed"], broker.outcomes.values
      assert_equal Signal.list["TERM"], broker.crashes[0][:status].termsig
    end
  end

  def test_crash_between_examples_blames_nobody
    broker = project({ "spec/a_spec.rb" => <<~RUBY })
      RSpec.describe("A") { it("x") {}; context("B") { before(:context) { exit!(0) }; it("y") {} } }
    RUBY
    assert_nil broker.crashes[0][:running]
    assert_equal ["./spec/a_spec.rb[1:1]"], broker.verdicts.keys
  end

  def assert_bootfail(code, text, broker)
    assert_equal code, broker.failure["code"]
    assert_includes broker.failure["why"], text
    assert_equal code, broker.boot_status.exitstatus
  end

  def test_no_framework
    assert_bootfail 78, "no test framework found", project({ "README" => "" })
  end

  def test_no_rspec
    assert_bootfail 78, "RSpec is not installed for ruby", project({ ".rspec" => "" }, ruby: ["ruby", "--disable-gems"])
  end

  def test_unusable_bundle
    files = { "Gemfile" => "gem 'a-gem-that-nobody-has'", ".rspec" => "" }
    assert_bootfail 78, "--bundler off", project(files)
    assert_nil project(files, bundler: "off").failure
  end

  def test_bad_options
    assert_bootfail 78, "invalid option", project({ ".rspec" => "--no-such-option" })
    assert_bootfail 1, "called exit(3)", project({ ".rspec" => "-r ./h", "h.rb" => "exit 3" })
    assert_bootfail 1, "cannot load such file", project({ ".rspec" => "-r nothing_like_it" })
  end

  def test_helper_fails_without_preloading
    files = { ".rspec" => "-r ./h", "h.rb" => "raise 'no database'", "spec/a_spec.rb" => "" }
    broker = project(files, preload: "framework")
    assert_equal 1, broker.failure["code"]
    assert_includes broker.failure["why"], "no database"
    assert_equal 1, broker.statuses[0].exitstatus
  end

  def test_named_file_that_is_missing
    broker = project({ "spec/a_spec.rb" => "" }, paths: ["spec/missing_spec.rb"])
    assert_equal({ "spec/missing_spec.rb" => "load_error" }, broker.outcomes)
  end

  def test_raise_errors_for_deprecations
    files = { "spec/spec_helper.rb" => "RSpec.configure(&:raise_errors_for_deprecations!)",
              "spec/a_spec.rb" => "require 'spec_helper'\nRSpec.describe('A') { 2.times { it('x') { RSpec.deprecate('old') } } }" }
    %w[on off].each do |preload|
      broker = project(files, preload: preload)
      assert_equal %w[failed failed], broker.verdicts.values.map { |message| message["status"] }
      assert_equal "RSpec::Core::DeprecationError", verdict(broker)["exc"][0]["class"]
      refute_includes broker.output(1), "already been initialized"
    end
  end

  def test_fail_if_no_examples
    files = { "spec/a_spec.rb" => "RSpec.configure { |c| c.fail_if_no_examples = true }\nRSpec.describe('A') { it('x') {} }" }
    assert_equal 1, project(files).verdicts.size
    failure = project(files, args: %w[--tag none]).failure
    assert_equal 1, failure["code"]
    assert_includes failure["why"], "fail_if_no_examples"
    alone = assert_raises(RuntimeError) { project(files, preload: "off", args: %w[--tag none]) }
    assert_includes alone.message, "fail_if_no_examples"
  end

  def test_everything_filtered
    broker = project({ "spec/a_spec.rb" => "RSpec.describe('A') { it('x') {} }" }, args: %w[--tag nothing])
    assert_equal({ "spec/a_spec.rb" => "done" }, broker.outcomes)
    assert_empty broker.verdicts
    assert_includes broker.notices.join, "filtered out"
  end
end
