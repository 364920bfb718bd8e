# frozen_string_literal: true

require_relative "support"
require_relative "../fault/runner_faults"

# Runners that end, hang or resist.
class CrashTest < SystemTest
  ONCE = "unless File.exist?(%<file>p) then File.write(%<file>p, ''); %<code>s end"

  def once(code)
    format(ONCE, file: place("once"), code: code)
  end

  def assert_complete(code, run)
    assert_exit code, run
    assert_empty run.account.faults
    assert_nothing_left
  end

  # Each fault in the second of three examples; what is not of that file is as ever.
  RunnerFaults::ALL.each do |fault|
    define_method("test_#{fault}") do
      project("spec/a_spec.rb" => spec({ "before" => "", "does it" => fault.code, "after" => "" }, group: "A"),
              "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
      run = dtest("-j1", *fault.arguments, "--", "--order", "defined")
      assert_complete fault.status == "passed" ? 0 : 1, run
      after = { "A after" => "passed" } unless %w[crashed timed_out].include?(fault.status)
      expected = { "A before" => "passed", "A does it" => fault.status, "B b" => "passed" }.merge(after.to_h)
      assert_equal expected, run.account.verdicts
      assert_match fault.how, run.screen
    end
  end

  def test_a_file_that_ends_its_process_shows_the_last_words
    project("spec/a_spec.rb" => "$stderr.puts 'FATAL: no licence server'\nexit! 9\n", "spec/b_spec.rb" => spec)
    run = dtest("-j1")
    assert_complete 1, run
    assert_includes run.screen.split("FAILED").first.split("CRASH").last, "FATAL: no licence server"
  end

  def test_exit_bang_once_is_flaky
    project("spec/a_spec.rb" => spec({ "ends" => once("exit!(0)"), "after" => "" }),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1")
    assert_complete 0, run
    assert_equal({ "passed" => 3, "flaky" => 1 }, run.account.counts)
    assert_match(/flaky/i, run.out)
  end

  # What is defined only where it has not run yet: the crash is known, and the next attempt says nothing of it.
  def test_an_example_that_ends_its_runner_and_is_gone_then
    ends = "unless File.exist?(#{place("once").inspect})\n" \
           "it('ends') { File.write(#{place("once").inspect}, ''); exit!(0) }\nend\n"
    project("spec/a_spec.rb" => "RSpec.describe('A') { it('stays') {}\n#{ends}}\n", "spec/b_spec.rb" => spec)
    run = dtest("-j1", "--preload", "off", "--", "--order", "defined")
    assert_complete 1, run
    assert_equal 1, run.account.counts["crashed"]
    assert_equal "crashed", run.account.verdicts.find { |name, _| name.include?("ends") }.last
    assert_match(/ended with exit 0 while running it/, run.screen)
  end

  def test_flaky_can_fail
    project("spec/a_spec.rb" => spec({ "ends" => once("exit!(0)") }))
    run = dtest("-j1", "--flaky", "fail")
    assert_complete 1, run
  end

  def test_no_crash_retries
    project("spec/a_spec.rb" => spec({ "ends" => once("exit!(0)") }))
    run = dtest("-j1", "--crash-retries", "0")
    assert_complete 1, run
    assert_equal({ "crashed" => 1 }, run.account.counts)
    assert_empty run.of_kind("file.requeue")
  end

  def test_exit_bang_always
    ends = "puts 'last words'; $stdout.flush; exit!(7)"
    project("spec/a_spec.rb" => spec({ "before" => "", "ends" => ends, "after" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1", "--", "--order", "defined")
    assert_complete 1, run
    assert_equal({ "A before" => "passed", "A ends" => "crashed", "B b" => "passed" }, run.account.verdicts)
    assert_equal [{ "path" => "spec/a_spec.rb", "name" => "after" }],
                 run.account.end["not_run"].map { |entry| { "path" => entry["path"], "name" => "after" } }
    assert_match(/exit 7/, run.out)
    assert_match(/A ends/, run.out)
    assert_match(/last words/, run.out)
    assert_match(%r{dtest run \S*spec/a_spec\.rb}, run.out)
  end

  def test_hang_is_timed_out_and_the_rest_goes_on
    project("spec/a_spec.rb" => spec({ "before" => "", "hangs" => "sleep" }, group: "A"),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1", "--timeout", "1", "--", "--order", "defined")
    assert_complete 1, run
    assert_equal({ "A before" => "passed", "A hangs" => "timed_out", "B b" => "passed" }, run.account.verdicts)
    assert_match(/A hangs/, run.out)
    assert_match(/timed out/i, run.out)
  end

  def test_children_of_a_passing_test
    code = "Process.detach(spawn('setsid', 'sh', '-c', 'trap \"\" TERM; sleep 1002; sleep 1003'))"
    project("spec/a_spec.rb" => spec({ "leaves a child" => code }))
    run = dtest("-j1")
    assert_complete 0, run
  end

  def test_every_runner_dies
    files = (1..4).to_h { |i| ["spec/#{i}_spec.rb", spec({ "dies" => "exit!" }, group: "G#{i}")] }
    project(files)
    run = dtest("-j2")
    assert_complete 1, run
    assert_equal({ "crashed" => 4 }, run.account.counts)
  end
end
