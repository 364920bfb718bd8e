# frozen_string_literal: true

require_relative "support"

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

  def test_exit_bang_once_is_flaky
    project("spec/a_spec.rb" => spec({ "ends" => once("exit!(0)"), "after" => "" }),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1")
    assert_complete 0, run
    assert_equal({ "passed" => 3, "flaky" => 1 }, run.account.counts)
    assert_match(/flaky/i, run.out)
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

  def test_segmentation_fault
    project("spec/a_spec.rb" => spec({ "dies" => "Process.kill(:SEGV, $$); sleep" }))
    run = dtest("-j1", "--crash-retries", "0")
    assert_complete 1, run
    assert_match(/SIG(SEGV|ABRT)/, run.out)
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

  def test_hang_that_ignores_term
    project("spec/a_spec.rb" => spec({ "hangs" => "trap('TERM') {}; trap('INT') {}; loop { sleep }" }))
    run = dtest("-j1", "--timeout", "1", "--grace", "200ms")
    assert_complete 1, run
    assert_equal({ "timed_out" => 1 }, run.account.counts)
  end

  def test_endless_loop_without_sleep
    project("spec/a_spec.rb" => spec({ "spins" => "Thread.handle_interrupt(Object => :never) { loop {} }" }))
    run = dtest("-j1", "--timeout", "1", "--grace", "200ms")
    assert_complete 1, run
  end

  # Daemons that a test leaves behind, in sessions of their own, with a clean environment.
  def test_children_of_their_own_session
    code = "pid = spawn({}, 'setsid', 'sleep', '1000'); Process.detach(pid); " \
           "spawn('sh', '-c', '(setsid sleep 1001 &) ; exit 0'); trap('TERM') {}; sleep"
    project("spec/a_spec.rb" => spec({ "leaves children" => code }))
    run = dtest("-j1", "--timeout", "1", "--grace", "200ms", "--crash-retries", "0")
    assert_complete 1, run
  end

  def test_children_of_a_passing_test
    code = "Process.detach(spawn('setsid', 'sh', '-c', 'trap \"\" TERM; sleep 1002; sleep 1003'))"
    project("spec/a_spec.rb" => spec({ "leaves a child" => code }))
    run = dtest("-j1")
    assert_complete 0, run
  end

  def test_exit_in_an_example
    project("spec/a_spec.rb" => spec({ "exits" => "exit 0", "after" => "" }))
    run = dtest("-j1")
    assert_exit 1, run
    assert_empty run.account.faults
  end

  def test_every_runner_dies
    files = (1..4).to_h { |i| ["spec/#{i}_spec.rb", spec({ "dies" => "exit!" }, group: "G#{i}")] }
    project(files)
    run = dtest("-j2")
    assert_complete 1, run
    assert_equal({ "crashed" => 4 }, run.account.counts)
  end

  # The runner's connection, not its life, is what a test takes.
  def test_closed_descriptors
    closes = "(3..255).each { |fd| IO.for_fd(fd, autoclose: false).close rescue nil }"
    project("spec/a_spec.rb" => spec({ "closes" => closes, "after" => "" }))
    run = dtest("-j1")
    assert_complete 0, run
    assert_equal({ "passed" => 2 }, run.account.counts)
  end
end
