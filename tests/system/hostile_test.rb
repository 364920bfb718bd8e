# frozen_string_literal: true

require_relative "support"

# Tests that turn against what runs them.
class HostileTest < SystemTest
  def hostile(code, *arguments)
    project("spec/a_spec.rb" => spec({ "is hostile" => code }, group: "A"),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1", "--crash-retries", "0", "--timeout", "3", "--grace", "200ms", *arguments)
    assert_empty run.account.faults
    assert_nothing_left
    run
  end

  def assert_crashed(run)
    assert_exit 1, run
    assert_equal({ "crashed" => 1, "passed" => 1 }, run.account.counts)
  end

  def test_kills_its_process_group
    assert_crashed hostile("Process.kill(:KILL, 0); sleep")
  end

  def test_terminates_its_process_group
    run = hostile("Process.kill(:TERM, 0); sleep 0.2")
    assert_exit 1, run
    assert_equal 1, run.account.counts["passed"]
  end

  def test_kills_its_parent
    run = hostile("Process.kill(:KILL, Process.ppid); sleep 1")
    refute_equal 70, run.status
  end

  def test_stops_itself
    run = hostile("Process.kill(:STOP, $$)")
    assert_exit 1, run
    assert_equal({ "timed_out" => 1, "passed" => 1 }, run.account.counts)
  end

  def test_becomes_another_program
    assert_crashed hostile("exec('true')")
  end

  def test_becomes_another_program_that_stays
    run = hostile("exec('sleep', '1000')")
    assert_exit 1, run
    assert_equal({ "timed_out" => 1, "passed" => 1 }, run.account.counts)
  end

  def test_forks_and_forgets
    run = hostile("3.times { fork { trap('TERM') {}; sleep } }")
    assert_exit 0, run
  end

  def test_child_goes_on_as_the_runner
    run = hostile("fork; expect(1).to eq(1)")
    assert_exit 0, run
    assert_equal({ "passed" => 2 }, run.account.counts)
  end

  def test_daemon
    run = hostile("fork { Process.daemon; sleep }; sleep 0.1")
    assert_exit 0, run
  end

  def test_much_output
    run = hostile("20_000.times { puts 'x' * 1000 }; fail 'enough'")
    assert_exit 1, run
    output = run.account.examples.find { |event| event["status"] == "failed" }["output"]
    assert_equal 20_020_000, output["total"]
    assert output["truncated"]
    assert_operator output["bytes"], :<=, 64 * 1024
  end

  def test_huge_message
    run = hostile("fail 'x' * 5_000_000")
    assert_exit 1, run
    assert_equal({ "failed" => 1, "passed" => 1 }, run.account.counts)
  end

  def test_huge_name
    project("spec/a_spec.rb" => "RSpec.describe('A') { it('n' * 3_000_000) {} }\n")
    run = dtest("-j1")
    assert_exit 0, run
    assert_empty run.account.faults
  end

  def test_escape_sequences_in_names_and_messages
    text = 'RSpec.describe("A\e[2J\e]0;x\a") { it("b\r\n\0") { fail "\e[31mred\a" } }'
    project("spec/a_spec.rb" => text)
    run = dtest("-j1", "--color", "never")
    assert_exit 1, run
    refute_match(/[\e\a\0\r]/, run.out)
    assert_empty run.account.faults
  end

  def test_speaks_to_the_daemon
    code = "ObjectSpace.each_object(IO) { |io| (io.write('rubbish') rescue nil) if !io.closed? && io.fileno > 2 }"
    run = hostile(code)
    assert_exit 1, run
    assert_equal 1, run.account.counts["passed"]
  end

  def test_removes_its_temporary_directory
    run = hostile("require 'fileutils'; FileUtils.rm_rf(File.dirname(ENV['TMPDIR']))")
    assert_includes [0, 1], run.status
  end

  def test_eats_all_descriptors
    run = hostile("files = []; begin; loop { files << File.open('/dev/null') }; rescue SystemCallError; end; " \
                  "size = files.size; files.each(&:close); expect(size).to be > 100")
    assert_exit 0, run
  end
end
