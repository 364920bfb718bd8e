# frozen_string_literal: true

require_relative "support"

# Ctrl-C and its relatives: first drain, then kill, then leave.
class StopTest < SystemTest
  def running(*arguments, **options)
    project("spec/a_spec.rb" => spec({ "stays" => stays, "after" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "works" => "" }, group: "B"),
            "spec/c_spec.rb" => spec({ "works" => "" }, group: "C"))
    run = start("-j1", *arguments, **options)
    wait_until_stays
    run
  end

  def assert_stopped(code, run)
    assert_exit code, run
    assert_empty run.account.faults
    assert_equal "cancelled", run.account.verdict
    assert_nothing_left
  end

  def test_interrupt_once_lets_the_running_file_end
    run = running
    run.signal(:INT)
    run.wait_event("run.cancel") { |event| event["reason"] == "interrupt" }
    let_go
    run.finish
    assert_stopped 130, run
    assert_equal({ "A stays" => "passed", "A after" => "passed" }, run.account.verdicts)
    assert_equal ["the run was interrupted"] * 2, run.account.end["not_run"].map { |entry| entry["reason"] }
    assert_match(/2 passed/, run.out)
    assert_match(/not run/, run.out)
  end

  # An example that takes the signal for the end of its wait has not passed; what had ended before it keeps its verdict.
  def test_interrupt_twice_kills
    survives = "begin; #{stays}; rescue SignalException; nil; end"
    project("spec/a_spec.rb" => spec({ "before" => "", "survives" => survives, "after" => "" }, group: "A"),
            "spec/b_spec.rb" => spec)
    run = start("-j1", "--grace", "5s", "--", "--order", "defined")
    wait_until_stays
    run.signal(:INT)
    run.wait_event("run.cancel")
    run.signal(:INT)
    run.finish
    assert_stopped 130, run
    assert_equal 1, run.of_kind("run.kill").size
    assert_includes run.account.end["not_run"].map { |entry| entry["path"] }, "spec/b_spec.rb"
    assert_equal({ "passed" => 1, "not_run" => 3 }, run.account.counts)
    assert_equal "passed", run.account.verdicts["A before"]
  end

  def test_interrupt_thrice_leaves_at_once
    project("spec/a_spec.rb" => spec({ "stubborn" => "trap('TERM') {}; at_exit { sleep }; #{stays}" }))
    run = start("-j1", "--grace", "5s")
    wait_until_stays
    run.signal(:INT)
    run.wait_event("run.cancel")
    run.signal(:INT)
    run.wait_event("run.kill")
    run.signal(:INT)
    run.finish(4)
    assert_exit 130, run
    assert_empty run.account.faults
    assert_nothing_left
  end

  # The verdict stands, and the exit code is that of the verdict.
  def test_interrupt_after_the_end
    project("spec/a_spec.rb" => spec)
    run = start("-j1")
    run.wait_event("run.end")
    run.signal(:INT) until run.status
    assert_exit 0, run
    assert_nothing_left
  end

  def test_terminate
    run = running
    run.signal(:TERM)
    run.wait_event("run.cancel") { |event| event["reason"] == "term" }
    let_go
    run.finish
    assert_stopped 143, run
  end

  def test_hangup
    run = running
    run.signal(:HUP)
    run.wait_event("run.cancel")
    let_go
    run.finish
    assert_stopped 143, run
  end

  def test_interrupt_while_the_project_loads
    project("spec/a_spec.rb" => stays + "\n" + spec)
    run = start
    wait_until_stays
    run.signal(:INT)
    run.wait_event("run.cancel")
    run.signal(:INT)
    run.finish
    assert_exit 130, run
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_interrupt_once_while_the_project_loads
    project("spec/a_spec.rb" => stays + "\n" + spec)
    run = start
    wait_until_stays
    run.signal(:INT)
    run.wait_event("run.cancel")
    let_go
    run.finish
    assert_exit 130, run
    assert_empty run.account.faults
    assert_nothing_left
  end

  # Ctrl-C in a terminal goes to the whole foreground group: only dtest is in it.
  def test_control_c_on_a_terminal
    run = running(terminal: true)
    run.terminal.write("\x03")
    run.wait_event("run.cancel")
    let_go
    run.finish
    assert_stopped 130, run
    assert_equal 2, run.account.counts["passed"]
  end

  def test_failure_before_the_interrupt_does_not_hide_it
    project("spec/a_spec.rb" => spec({ "fails" => "expect(1).to eq(2)", "stays" => stays }))
    run = start("-j1", "--", "--order", "defined")
    wait_until_stays
    run.signal(:INT)
    run.wait_event("run.cancel")
    let_go
    run.finish
    assert_exit 130, run
    assert_match(/1 failed/, run.out)
  end

  def test_list_interrupted
    project("spec/a_spec.rb" => stays + "\n" + spec)
    list = start("list", events: false)
    wait_until_stays
    list.signal(:INT)
    list.finish
    assert_exit 130, list
    assert_nothing_left
  end

  def test_survives_stop_and_continue
    counts = "200.times { |i| File.write(#{place("count").inspect}, i.to_s); sleep 0.01 }"
    project("spec/a_spec.rb" => spec({ "counts" => counts }))
    run = start("-j1")
    wait("the first count") { File.size?(place("count")) }
    run.signal(:STOP)  # TSTP does nothing in an orphaned process group, which a CI's often is
    wait("dtest to stop") { Machine.entry(run.pid).state == "T" }
    run.signal(:CONT)
    run.finish
    assert_exit 0, run
    assert_nothing_left
  end
end
