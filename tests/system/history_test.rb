# frozen_string_literal: true

require_relative "support"

# What outlives a run, and runs without it.
class HistoryTest < SystemTest
  def timings
    Dir["#{root}/s/distributest/**/timings.db"].first
  end

  def slow_and_fast
    project("spec/a_spec.rb" => spec({ "fast" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "slow" => "sleep 0.3" }, group: "B"),
            "spec/c_spec.rb" => spec({ "middling" => "sleep 0.1" }, group: "C"))
  end

  def test_second_run_is_longest_first
    slow_and_fast
    dtest("-j1")
    second = dtest("-j1")
    assert_equal %w[spec/b_spec.rb spec/c_spec.rb spec/a_spec.rb], second.account.planned
    assert_equal second.account.planned, second.of_kind("file.start").map { |event| event["path"] }
    files = second.of_kind("run.plan").last["files"]
    assert_in_delta 0.3, files.first["expect_secs"], 0.25
    refute(files.any? { |file| file["new"] })
  end

  def test_history_can_be_left_alone
    slow_and_fast
    dtest("--no-history")
    assert_nil timings
  end

  def test_an_aborted_run_teaches
    project("spec/a_spec.rb" => spec({ "fast" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "stays" => stays }, group: "B"))
    run = start("-j2")
    wait_until_stays
    run.wait_event("file.end") { |event| event["path"] == "spec/a_spec.rb" }
    2.times { |press| run.signal(:INT); run.wait_event(press.zero? ? "run.cancel" : "run.kill") }
    run.finish
    let_go
    known = dtest.of_kind("run.plan").last["files"].find { |file| file["path"] == "spec/a_spec.rb" }
    assert known["expect_secs"], "what the aborted run learned is lost"
  end

  # Ctrl-C three times leaves at once; KILL and a closed terminal leave no time at all.
  def test_an_aborted_run_teaches_however_it_ends
    { "thrice" => [130, %i[INT INT INT]], "killed" => ["SIGKILL", %i[KILL]], "told" => [143, %i[TERM INT INT]],
      "hung up" => [143, %i[HUP INT INT]] }.each do |name, (status, signals)|
      project({ "spec/a_spec.rb" => spec({ "fast" => "" }, group: "A"),
                "spec/b_spec.rb" => spec({ "stays" => stays("at #{name}") }, group: "B") }, name)
      run = start("-j2")
      wait_until_stays("at #{name}")
      run.wait_event("file.end") { |event| event["path"] == "spec/a_spec.rb" }
      wait("what was learned to be written") { learned(name).include?("spec/a_spec.rb") }
      signals.zip(["run.cancel", "run.kill"]) do |signal, event|
        run.signal(signal) unless run.status
        run.wait_event(event) if event && signal != :KILL
      end
      run.finish
      assert_equal status, run.status, name
      let_go("at #{name}")
      known = dtest.of_kind("run.plan").last["files"].find { |file| file["path"] == "spec/a_spec.rb" }
      assert known["expect_secs"], "what the run learned that was #{name} is lost"
    end
  end

  # Whatever lies in the files of the project's history; one of them, the journal, comes and goes.
  def learned(name)
    Dir["#{root}/s/distributest/#{name.tr(" ", "-")}-*/timings.db*"].map do |path|
      File.binread(path)
    rescue Errno::ENOENT
      ""
    end.join
  end

  def test_state_directory_not_writable
    slow_and_fast
    File.write("#{root}/file", "")
    run = dtest(env: { "XDG_STATE_HOME" => "#{root}/file" })
    assert_exit 0, run
    assert_equal 3, run.account.counts["passed"]
    assert_equal 1, run.screen.scan(/WARN/).size, run.screen
    assert_match(%r{#{root}/file}, run.screen)
  end

  def test_damaged_timings
    slow_and_fast
    dtest
    File.write(timings, "rubbish" * 5000)
    run = dtest
    assert_exit 0, run
    assert_equal 3, run.account.counts["passed"]
    assert_match(/timings/, run.screen)
    assert dtest("-j1").of_kind("run.plan").last["files"].first["expect_secs"], "the new file is not used"
  end

  def test_no_home
    slow_and_fast
    run = dtest(unset: %w[HOME XDG_STATE_HOME XDG_CONFIG_HOME])
    assert_exit 0, run
    assert_equal 3, run.account.counts["passed"]
  end

  def test_two_runs_at_once
    project("spec/a_spec.rb" => spec({ "waits" => "sleep 0.2" }), "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    runs = Array.new(2) { start("-j2") }
    runs.each(&:finish)
    runs.each { |run| assert_exit 0, run }
    runs.each { |run| assert_empty run.account.faults }
    assert_nothing_left
    refute(dtest.of_kind("run.plan").last["files"].any? { |file| file["new"] })
  end

  def test_nothing_is_written_into_the_project
    slow_and_fast
    before = Dir.glob("#{@project}/**/*", File::FNM_DOTMATCH).sort
    dtest
    assert_equal before, Dir.glob("#{@project}/**/*", File::FNM_DOTMATCH).sort
  end
end
