# frozen_string_literal: true

require_relative "support"

# Debuggers: refused by runners, at hand in `dtest debug`.
class DebugTest < SystemTest
  PROJECT = {
    "lib/code.rb" => "class Code\n  def value\n    secret = 41\n    binding.irb\n    secret + 1\n  end\nend\n",
    "spec/a_spec.rb" => <<~RUBY,
      require "code"
      RSpec.describe "Code" do
        it("has a value") { expect(Code.new.value).to eq(42) }
        it("is wrong") { expect(Code.new).to eq("right") }
        it("is not there yet") { pending("later"); raise "not yet" }
        it("knows its place") { puts ENV.values_at("DTEST_RUNNER", "TEST_ENV_NUMBER").inspect, Dir.exist?(ENV["TMPDIR"]) }
        it("waits") { puts "waiting"; sleep }
        it("stops in debug.gem") { require "debug"; amount = 6; debugger; expect(amount).to eq(7) }
      end
    RUBY
    "test/a_test.rb" => <<~RUBY
      require "minitest/autorun"
      class ATest < Minitest::Test
        def test_value
          hidden = 7
          binding.irb
          assert_equal 8, hidden
        end
      end
    RUBY
  }.freeze

  def debug(*arguments, **options)
    project(PROJECT) unless @project
    start("debug", *arguments, events: false, terminal: true, **options)
  end

  # Types a line once the screen shows what it answers to.
  def answer(command, prompt, line)
    wait("#{prompt.inspect} on the screen\n#{command.screen}") do
      say_where(command)
      plain(command).match?(prompt)
    end
    command.terminal.write("#{line}\r")
  end

  def ended(command)
    wait("the end of #{command.line}") do
      say_where(command)
      command.status
    end
    command
  end

  # A terminal says where its cursor is, when Reline asks, and Reline waits for it.
  def say_where(command)
    asked = command.screen.scan("\e[6n").size
    (asked - @said.to_i).times { command.terminal.write("\e[1;1R") }
    @said = asked
  end

  # Without colours and movements of the cursor.
  def plain(command)
    command.screen.gsub(/\e\[[\d;?]*[A-Za-z]|\e[=>]|\r/, "")
  end

  def test_irb
    run = debug("spec/a_spec.rb:3")
    answer(run, /binding\.irb.*irb\(.*> /m, "secret + 1000")
    answer(run, /=> 1041/, "secret = 41; exit")
    ended(run)
    assert_exit 0, run
    assert_match(%r{debug +spec/a_spec.rb:3 +Code has a value}, plain(run))
    assert_match(/PASSED +\d/, plain(run))
    assert_nothing_left
  end

  def test_irb_in_minitest
    run = debug("test/a_test.rb:4")
    answer(run, /irb\(.*> /m, "hidden += 1")
    answer(run, /=> 8/, "exit")
    ended(run)
    assert_exit 0, run
    assert_match(/ATest#test_value/, plain(run))
  end

  def test_debug_gem
    skip "debug.gem is not installed" if Gem::Specification.find_all_by_name("debug").empty?
    run = debug("spec/a_spec.rb:8")
    answer(run, /\(rdbg\)|\(ruby\)/, "amount = 7; p [amount * 6]")
    answer(run, /\[42\]/, "continue")
    ended(run)
    assert_exit 0, run
    assert_match(/PASSED +\d/, plain(run))
  end

  def test_failed
    run = debug("spec/a_spec.rb:4").finish
    assert_exit 1, run
    assert_match(/^FAILED/, plain(run))
    assert_match(/expected: "right"/, plain(run))
    assert_match(%r{at \./spec/a_spec.rb:4}, plain(run))
    refute_match(%r{runner/debug}, plain(run))
  end

  def test_pending
    run = debug("spec/a_spec.rb:5").finish
    assert_exit 0, run
    assert_match(/^PENDING +later/, plain(run))
  end

  def test_the_environment_of_the_first_runner
    run = debug("spec/a_spec.rb:6").finish
    assert_exit 0, run
    assert_match(/^\["1", "1"\]\ntrue/, plain(run))
    assert_nothing_left
  end

  def test_control_c
    run = debug("spec/a_spec.rb:7")
    answer(run, /^waiting/, "\x03")
    ended(run)
    assert_exit 130, run
    assert_match(/Interrupt/, plain(run))
    assert_nothing_left
  end

  def test_nothing_matches
    run = debug("spec/a_spec.rb[1:99]").finish
    assert_exit 4, run
    assert_match(/no example matches spec/, plain(run))
  end

  def test_no_test_there
    project("lib/a.rb" => "")
    run = debug("lib/a.rb:1").finish
    assert_exit 64, run
    assert_match(/no test stands at or before lib\/a.rb:1/, plain(run))
  end

  def test_coverage_is_left_alone
    skip "simplecov is not installed" if Gem::Specification.find_all_by_name("simplecov").empty?
    project("spec/a_spec.rb" => spec(head: "require 'simplecov'; SimpleCov.start"))
    assert_exit 0, debug("spec/a_spec.rb").finish
    refute Dir.exist?("#{@project}/coverage")
  end

  def test_a_runner_refuses_and_says_what_to_do
    project(PROJECT)
    run = dtest("spec/a_spec.rb:3")
    assert_exit 1, run
    message = run.of_kind("test.end").first["exceptions"].first["message"]
    assert_equal "binding.irb was called, and a runner has no terminal. On yours: dtest debug spec/a_spec.rb:3", message
  end

  # What is required is no debugger yet: no thread, no stop, the project is loaded once all the same.
  def test_requiring_debug_gem_changes_nothing
    skip "debug.gem is not installed" if Gem::Specification.find_all_by_name("debug").empty?
    project("spec/a_spec.rb" => spec({ "works" => "expect(Thread.list.size).to eq(1)" }, head: "require 'debug'"))
    [{}, { "RUBYOPT" => "-rdebug" }, { "RUBYOPT" => "-rdebug/start" }, { "RUBY_DEBUG_OPEN" => "true" }].each do |env|
      run = dtest("-j1", env: env)
      assert_exit 0, run
      refute_includes run.out, "each runner loads"
    end
  end
end
