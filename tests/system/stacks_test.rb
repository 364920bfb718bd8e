# frozen_string_literal: true

require_relative "support"

# A hang says where it hangs.
class StacksTest < SystemTest
  # The first file sits in a library's code with a thread beside it and a child of its own; the second does its own
  # with SIGTERM, which goes on as if nothing else heard it.
  def test_a_hang_shows_the_stacks_of_all_threads
    project("spec/a_spec.rb" => "def wait_here() Queue.new.pop end\n" + spec({ "hangs" => <<~RUBY }, group: "Plain"),
      fork { sleep }
      Thread.new { Thread.current.name = "helper"; sleep }
      wait_here
    RUBY
            "spec/b_spec.rb" => spec({ "hears" => <<~RUBY }, group: "Own"))
              trap("TERM") { File.write(#{place("heard").inspect}, "") }
              sleep
            RUBY
    run = dtest("-j2", "--timeout", "2", "--grace", "4s")
    assert_exit 1, run
    assert_path_exists place("heard")
    outputs = run.of_kind("test.end").to_h { |event| [event["full_name"], event["output"]["text"]] }
    assert_equal 1, outputs["Plain hangs"].scan("-- stacks of runner").size, "the child prints none\n#{outputs}"
    assert_match(/main thread\n(    .*\n)*    spec\/a_spec.rb:1:in .*wait_here/, outputs["Plain hangs"])
    assert_match(/thread helper \(sleep\)\n(    .*\n)*    spec\/a_spec.rb:6:in /, outputs["Plain hangs"])
    assert_match(/main thread\n(    .*\n)*    spec\/b_spec.rb:5:in /, outputs["Own hears"])
    assert_match(/timed out after \d+\.\d+s \(limit 2\.00s\)/, run.screen)
    assert_match(/│     spec\/a_spec.rb:1:in .*wait_here/, run.screen)
    assert_nothing_left
  end

  # A wait that its signal ends is no verdict, whatever the test makes of it, and nothing runs after it.
  def test_a_hang_that_ends_with_the_signal_is_timed_out
    project(".rspec" => "--order defined\n",
            "spec/a_spec.rb" => spec({ "passed before" => "", "rescues" => "begin; sleep; rescue SignalException; end",
                                       "comes after" => "" }),
            "spec/b_spec.rb" => spec({ "waits" => "heard, tells = IO.pipe; trap('TERM') { tells.write('x') }; heard.read(1)" },
                                     group: "Own"),
            "spec/c_spec.rb" => spec({ "exits" => "trap('TERM') { exit }; sleep" }, group: "Exit"),
            "test/d_test.rb" => "require 'minitest/autorun'\nclass DTest < Minitest::Test\n  def test_skips\n    sleep\n" \
                                "  rescue SignalException\n    skip\n  end\nend\n")
    run = dtest("-j2", "--timeout", "2", "--grace", "4s")
    assert_exit 1, run
    assert_equal({ "passed" => 1, "timed_out" => 4, "not_run" => 1 }, run.account.counts.slice("passed", "timed_out", "not_run"))
    assert_equal 4, run.screen.scan(/timed out after \d+\.\d+s \(limit 2\.00s\)/).size
    assert_nothing_left
  end

  # Each runner loads the project itself, and each would hang there.
  def test_a_hang_while_a_runner_loads_is_told_once
    project("spec/a_spec.rb" => "def wait_here() sleep end\nwait_here\n" + spec, "spec/b_spec.rb" => spec)
    run = dtest("-j2", "--preload", "off", "--timeout", "1")
    assert_exit 1, run
    assert_match(%r{was killed after 1\.\d+s without a word while it loaded spec/a_spec.rb \(the limit of --timeout is 1.00s\)},
                 run.screen.gsub(/\s+/, " "))
    assert_equal 1, run.screen.scan("-- stacks of runner").size
    assert_nothing_left
  end

  # Ruby's own report of its crash ends with pages about what was loaded.
  def test_a_crash_of_ruby_shows_the_head_of_its_report
    project("spec/a_spec.rb" => spec({ "before" => "puts 'not of it'", "crashes" => <<~RUBY }))
      Process.setrlimit(:CORE, 0)
      puts 'last words'
      Process.kill(:SEGV, $$)
      sleep
    RUBY
    run = dtest("-j1", "--crash-retries", "0", "--", "--order", "defined")
    assert_exit 1, run
    shown = run.screen[/^CRASH.*?^ +again/m]
    assert_match(/│ last words\n( *│ .*\n)*? *│ .*\[BUG\] Segmentation fault/, shown)
    assert_match(/│ -- Control frame information/, shown)
    refute_match(/Other runtime information/, shown)
    output = run.of_kind("test.end").last["output"]
    assert_match(/\Alast words\n.*\[BUG\] Segmentation fault/, output["text"])
    assert_equal output["text"].bytesize, output["bytes"]
    assert_equal output["total"] > output["bytes"], output["text"].include?("of output left out]")
  end

  # What a test finds, says and hears is what it would be in a process of its own.
  def test_handlers_of_tests_are_as_ever
    project(".rspec" => "--require timeout\n",
            "spec/a_spec.rb" => spec({ "traps" => <<~RUBY, "is killed" => <<~KILL, "forks" => <<~FORK }))
      heard = Queue.new
      mine = proc { |signal| heard << signal }
      expect(trap("TERM", mine)).to eq("DEFAULT")
      Process.kill("TERM", $$)
      expect(Timeout.timeout(#{Machine::PATIENCE}) { heard.pop }).to eq(15)
      expect(Signal.trap(:SIGTERM, "IGNORE")).to equal(mine)
      Process.kill("TERM", $$)
      expect(Kernel.trap(15, "DEFAULT")).to eq("IGNORE")
      expect(Object.new.respond_to?(:trap)).to be(false)
      expect { trap("NONSENSE") {} }.to raise_error(ArgumentError)
    RUBY
      heard = begin
        Process.kill("TERM", $$)
        sleep
      rescue SignalException => e
        [e.class, e.message, e.signo]
      end
      expect(heard).to eq([SignalException, "SIGTERM", 15])
    KILL
      child = fork { sleep }
      Process.kill("TERM", child)
      expect(Process.wait2(child)[1].termsig).to eq(15)
    FORK
    run = dtest("-j1")
    assert_exit 0, run
  end
end
