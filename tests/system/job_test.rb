# frozen_string_literal: true

require_relative "support"

# Jobs of a shell: ctrl-Z, fg, bg, and what runs in the background.
class JobTest < SystemTest
  SHELL = "/bin/bash"
  KEEPERS = /\A#{Regexp.union(SHELL, DTEST, DTESTD)} /.freeze

  def setup
    super
    skip "#{SHELL} is missing" unless File.executable?(SHELL)
    project("spec/a_spec.rb" => spec({ "stays" => stays, "after" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "works" => "" }, group: "B"))
    # A prompt goes to standard error.
    @shell = start("-c", "exec #{SHELL} --norc --noprofile --noediting -i 2>&1", program: "/bin/sh", events: false, terminal: true,
                   env: { "PS1" => "shell> ", "HISTFILE" => nil })
    shows(/shell> /)
  end

  def type(text)
    @seen_before = @shell.out.size
    @shell.terminal.write(text)
  end

  # What the terminal shows from what was typed last on.
  def shown
    @shell.out[@seen_before.to_i..]
  end

  def shows(pattern)
    Machine.wait { shown.match?(pattern) } or flunk "the terminal does not show #{pattern.inspect}:\n#{@shell.out}"
  end

  def dtest_line(*flags)
    [DTEST, *flags, "--events", place("events")].join(" ")
  end

  def begin_run(*flags, after: "")
    type("#{dtest_line(*flags)}#{after}\n")
    wait_until_stays
    @pid = the_process(/\A#{Regexp.escape(DTEST)} /).pid
  end

  def state(pid)
    Machine.entry(pid)&.state
  end

  # Boot process and runners, and what they started.
  def theirs
    processes.reject { |process| process.title.match?(KEEPERS) }
  end

  def stands_still
    wait("everything of the run to be stopped: #{processes.join("\n")}") do
      theirs.size >= 2 && [state(@pid), *theirs.map(&:state)].all?("T")
    end
  end

  def goes_on
    wait("everything of the run to go on: #{processes.join("\n")}") do
      processes.none? { |process| process.state == "T" }
    end
  end

  def assert_passed(code: 0)
    shows(/3 passed/)
    type("echo code=$((#{"$?"} + 0))\n")
    shows(/code=#{code}\b/)
    verify
  end

  def verify
    told, status = Open3.capture2e(environment, DTEST, "events", "--verify", place("events"))
    assert status.success?, told
    Account.new(File.foreach(place("events")).map { |line| JSON.parse(line) })
  end

  def assert_usable_terminal
    assert_operator @shell.out.rindex("\e[?7h").to_i, :>=, @shell.out.rindex("\e[?7l").to_i, "lines do not wrap any more"
    refute_match(/\e\[\?25l/, @shell.out, "the cursor is hidden")
    type("echo us\"\"able\n")
    shows(/^usable/)
  end

  def test_ctrl_z_and_fg
    began = Machine.now
    begin_run("-j2", "--timeout", "10s", "--run-timeout", "60s")
    type("\x1a")
    shows(/Stopped/)
    stands_still
    stopped = Machine.now
    assert_usable_terminal
    # Longer than the time limit.
    Machine.wait(11) { theirs.empty? }
    stands_still
    slept = Machine.now - stopped
    type("fg\n")
    goes_on
    let_go
    assert_passed
    awake = Machine.now - began - slept
    account = verify
    ended = account.end
    assert_operator ended["elapsed"], :<, awake, "the run's clock ran on"
    stays = File.foreach(place("events")).map { |line| JSON.parse(line) }
    stays = stays.find { |event| event["kind"] == "test.end" && event["name"] == "stays" }
    assert_operator stays["secs"], :<, awake, "the example's time has what it slept"
    assert_match(/stood still for 1\d\.\ds/, @shell.out)
    assert_nothing_left_of_the_run
  end

  def test_bg_and_fg
    begin_run("-j2")
    type("\x1a")
    shows(/Stopped/)
    stands_still
    type("bg\n")
    goes_on
    assert_usable_terminal
    refute_match(/\e\[\?7l/, shown, "the status line is drawn in the background")
    type("fg\n")
    shows(/\e\[\?7l/)
    let_go
    assert_passed
  end

  def test_signals_of_others
    begin_run("-j2", after: " &")
    2.times do
      Process.kill(:TSTP, @pid)
      stands_still
      Process.kill(:CONT, @pid)
      goes_on
    end
    let_go
    type("wait %1\n")
    assert_passed
  end

  def test_in_the_background
    begin_run("-j2", after: " &")
    assert_usable_terminal
    let_go
    type("wait %1\n")
    assert_passed
    refute_match(/\e\[\?7l/, @shell.out, "the status line is drawn in the background")
  end

  def test_terminal_that_stops_what_writes_in_the_background
    type("stty tostop\n")
    shows(/\nshell> /)
    type("#{dtest_line("-j2")} &\n")
    @pid = the_process(/\A#{Regexp.escape(DTEST)} /).pid
    wait("dtest to be stopped") { state(@pid) == "T" }
    the_shell_knows_that_it_is_stopped
    type("bg\n")
    shows(/dtest.*&/)
    wait("dtest to be stopped again") { state(@pid) == "T" }
    the_shell_knows_that_it_is_stopped
    type("fg\n")
    wait_until_stays
    let_go
    assert_passed
  end

  def test_ctrl_c_after_ctrl_z
    begin_run("-j1")
    type("\x1a")
    shows(/Stopped/)
    stands_still
    type("fg\n")
    goes_on
    type("\x03")
    shows(/interrupted/)
    let_go
    assert_nothing_left_of_the_run
    assert_equal({ "passed" => 2, "not_run" => 1 }, verify.counts)
  end

  def test_killed_while_it_stands_still
    begin_run("-j2")
    type("\x1a")
    shows(/Stopped/)
    stands_still
    Process.kill(:KILL, @pid)
    assert_nothing_left_of_the_run
  end

  def test_terminal_closed_while_it_stands_still
    begin_run("-j2")
    type("\x1a")
    shows(/Stopped/)
    stands_still
    @shell.hang_up
    assert_nothing_left
  end

  def the_shell_knows_that_it_is_stopped
    wait("the shell to hear of it") do
      type("jobs\n")
      shows(/(Stopped|Running).*\n/)
      shown.include?("Stopped")
    end
  end

  # It cannot be heard: only dtest stands still.
  def test_dtest_stopped_for_good
    begin_run("-j2", after: " &")
    Process.kill(:STOP, @pid)
    wait("dtest to be stopped") { state(@pid) == "T" }
    let_go
    wait("the runners to be idle") { processes.count { |process| process.title.match?(/runner \d+: idle/) } == 2 }
    Process.kill(:CONT, @pid)
    type("wait %1\n")
    assert_passed
  end

  def assert_nothing_left_of_the_run
    wait("the run to be gone: #{processes.join("\n")}") do
      processes.all? { |process| process.title.start_with?(SHELL) } && leftovers.reject { |path| path.include?("ds-out") }.empty?
    end
  end
end
