# frozen_string_literal: true

require_relative "support"

# Whatever part of a run is killed, nothing is left of it and the account is complete.
class KillTest < SystemTest
  def two_files
    project("spec/a_spec.rb" => spec({ "stays" => stays, "after" => "" }),
            "spec/b_spec.rb" => spec({ "works" => "" }, group: "Other"))
  end

  def running(*arguments)
    two_files
    run = start("-j1", *arguments)
    wait_until_stays
    run
  end

  def assert_account(run)
    assert_empty run.account.faults
  end

  def test_dtest
    run = running
    run.signal(:KILL)
    run.finish
    assert_equal "SIGKILL", run.status
    assert_nothing_left
  end

  # There is no session yet whose guardian could clean up.
  def test_dtest_as_its_daemon_starts
    two_files
    5.times do
      run = start("-j1")
      the_process(/dtestd --embedded/)
      run.signal(:KILL)
      run.finish
      assert_nothing_left
    end
  end

  def test_dtest_while_the_project_loads
    project("spec/a_spec.rb" => stays + "\n" + spec)
    run = start
    wait_until_stays
    run.signal(:KILL)
    run.finish
    assert_nothing_left
  end

  def test_daemon
    run = running
    Process.kill(:KILL, the_process(/dtestd --embedded/).pid)
    run.finish
    assert_exit 3, run
    assert_account run
    assert_match(/daemon ended \(SIGKILL\)/, run.screen)
    refute_match(/trying again/, run.screen)
    assert_nothing_left
  end

  # Nobody tries the file again: what had ended is known, and only the rest was not run.
  def test_daemon_when_an_example_has_failed
    project("spec/a_spec.rb" => spec({ "fails" => "raise 'it is known'", "stays" => stays, "after" => "" }))
    run = start("-j1", "--", "--order", "defined")
    wait_until_stays
    run.wait_event("test.end") { |event| event["status"] == "failed" }
    Process.kill(:KILL, the_process(/dtestd --embedded/).pid)
    assert_exit 1, run.finish
    assert_account run
    assert_equal({ "failed" => 1, "not_run" => 2 }, run.account.counts)
    assert_includes run.screen.split("FAILED").first, "it is known"
    refute_match(/no longer counts/, run.screen)
  end

  def test_guardian
    run = running
    Process.kill(:KILL, the_process(/guardian/).pid)
    run.finish
    assert_includes [1, 3], run.status
    assert_account run
    assert_match(/guardian of the run on this node was killed/, run.screen)
    assert_match(/node local was lost: the guardian/, run.account.end["reason"]) if run.status == 3
    refute_match(/could not start/, run.screen)
    assert_nothing_left
  end

  def test_daemon_and_guardian_together
    run = running
    pids = [the_process(/dtestd --embedded/).pid, the_process(/guardian/).pid]
    Machine.kill(pids)
    run.finish
    assert_exit 3, run
    assert_account run
    assert_nothing_left
  end

  def test_everything_but_the_runner
    run = running
    Machine.kill([the_process(/dtestd --embedded/).pid, the_process(/guardian/).pid, run.pid])
    run.finish
    wait("the runner's end") { Machine.marked(@mark).empty? }
  end

  def test_runner_is_replaced
    once = "(#{stays}) unless File.exist?(#{place("stay").inspect})"
    project("spec/a_spec.rb" => spec({ "stays" => once, "after" => "" }))
    run = start("-j1")
    Process.kill(:KILL, wait_until_stays)
    run.finish
    assert_exit 0, run
    assert_account run
    assert_equal 1, run.of_kind("runner.crash").size
    assert_equal({ "passed" => 2, "flaky" => 1 }, run.account.counts)
    assert_nothing_left
  end

  def test_runner_between_files
    project("spec/a_spec.rb" => spec({ "stays" => stays }, group: "A"),
            "spec/b_spec.rb" => spec({ "tells" => "File.write(#{place("pid").inspect}, $$.to_s)" }, group: "B"))
    run = start("-j2")
    wait_until_stays
    other = wait("the other runner") { File.size?(place("pid")) && Integer(File.read(place("pid"))) }
    run.wait_event("file.end") { |event| event["path"] == "spec/b_spec.rb" }
    Process.kill(:KILL, other)
    run.wait_event("runner.crash")
    let_go
    run.finish
    assert_exit 0, run
    assert_account run
    assert_equal({ "passed" => 2 }, run.account.counts)
    assert_nothing_left
  end

  def test_boot_process
    run = running
    boot = the_process(%r{exe/rspec|boot})
    Process.kill(:KILL, boot.pid)
    let_go
    run.finish
    assert_account run
    assert_nothing_left
  end

  def test_boot_process_while_it_loads
    project("spec/a_spec.rb" => stays + "\n" + spec({ "one" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "two" => "" }, group: "B"))
    run = start("-j1")
    Process.kill(:KILL, wait_until_stays)
    let_go
    run.finish
    assert_account run
    assert_equal 2, run.account.counts["passed"]
    assert_nothing_left
  end
end
