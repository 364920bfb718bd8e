# frozen_string_literal: true

require_relative "support"

# Where the screen goes, and screens that go away.
class TerminalTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec({ "passes" => "", "stays" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
  end

  def talkative
    failures = (1..400).to_h { |i| ["fails #{i}", "expect('x' * 200).to eq('y' * 200)"] }
    project({ "spec/a_spec.rb" => spec(failures) }, "talkative")
  end

  def test_plain_lines_without_a_terminal
    run = dtest
    refute_match(/\e/, run.out)
    refute_match(/\r/, run.out)
  end

  def test_colours
    assert_match(/\e\[/, dtest("--color", "always").out)
    assert_match(/\e\[/, dtest(env: { "CLICOLOR_FORCE" => "1" }).out)
    run = start(terminal: true, env: { "NO_COLOR" => "1" })
    run.finish
    refute_match(/\e\[[0-9;]*m/, run.out)
  end

  def test_live_screen
    run = start(terminal: true)
    run.finish
    assert_exit 0, run
    assert_match(/3 passed/, run.out)
    refute_match(/\e\[\?25l(?!.*\e\[\?25h)/m, run.out, "the cursor stays hidden")
  end

  def test_quiet
    run = dtest("--format", "quiet")
    assert_exit 0, run
    assert_operator run.out.lines.size, :<=, 2, run.out
    assert_match(/3 passed/, run.out)
  end

  def test_files
    run = dtest("--format", "files")
    assert_match(%r{^ok\s+spec/a_spec\.rb}, run.out)
    assert_match(%r{^ok\s+spec/b_spec\.rb}, run.out)
  end

  def test_closed_terminal
    project({ "spec/a_spec.rb" => spec({ "stays" => stays }) }, "stays")
    run = start(terminal: true)
    wait_until_stays
    run.hang_up
    let_go
    run.finish
    assert_includes [0, 143], run.status
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_terminal_that_nobody_reads
    talkative
    run = start(terminal: true)
    run.stop_reading
    run.finish
    assert_exit 1, run
    assert_empty run.account.faults
    assert_equal({ "failed" => 400 }, run.account.counts)
    assert_nothing_left
  end

  def test_terminal_that_is_read_late
    talkative
    run = start(terminal: true)
    run.stop_reading
    run.wait_event("file.end")
    run.resume_reading
    run.finish
    assert_exit 1, run
    assert_match(/400 failed/, run.out)
  end

  def test_broken_pipe
    talkative
    reader, writer = IO.pipe
    run = start(out: writer)
    writer.close
    reader.gets
    reader.close
    run.finish
    assert_exit 1, run
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_closed_output
    run = start(out: :close)
    run.finish
    assert_includes [0, 73], run.status
    assert_empty run.account.faults
    assert_equal 3, run.account.counts["passed"]
  end

  def test_everything_closed
    run = start(out: :close, err: :close, input: :close)
    run.finish
    assert_includes [0, 73], run.status
    assert_equal 3, run.account.counts["passed"]
    assert_nothing_left
  end

  def test_full_disk
    run = dtest(out: "/dev/full")
    assert_equal 3, run.account.counts["passed"]
    assert_includes [0, 73], run.status
  end

  def test_narrow_and_dumb
    run = dtest(env: { "COLUMNS" => "20", "TERM" => "dumb", "LC_ALL" => "C" })
    assert_exit 0, run
    assert run.out.ascii_only?, run.out
  end
end
