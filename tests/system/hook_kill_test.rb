# frozen_string_literal: true

require_relative "support"

# Hooks that take too long, and runs that end while hooks run: nothing is left of them.
class HookKillTest < SystemTest
  # A hook with children, one of them in a session of its own and without its environment; all ignore TERM.
  STUBBORN = <<~'SH'
    trap '' TERM
    sleep $LONG &
    setsid env -i sleep $LONG &
    (setsid sh -c 'trap "" TERM; sleep $LONG' &)
    echo stuck
    touch $BEGUN
    while :; do sleep $LONG; done
  SH

  def hanging(hook = "node_setup")
    project("spec/a_spec.rb" => spec, ".distributest/#{hook}" => "#!/bin/sh\n#{STUBBORN}")
    File.chmod(0o755, "#{@project}/.distributest/#{hook}")
  end

  def setup
    super
    @long = "1000.#{rand(10**9)}"  # by which what has no environment is known
  end

  def teardown
    super
  ensure
    Machine.kill(sleepers)
  end

  def environment(extra = {})
    super({ "BEGUN" => place("begun"), "LONG" => @long }.merge(extra))
  end

  def begun(*arguments)
    run = start("-j2", "--grace=0.2", *arguments)
    wait("the hook") { File.exist?(place("begun")) }
    wait("its children") { sleepers.size >= 3 }
    run
  end

  def sleepers
    Machine.running(["sleep", @long])
  end

  def assert_nothing_left
    super
    Machine.wait { sleepers.empty? }
    assert_empty sleepers
  end

  def test_time_limit_of_node_setup
    hanging
    run = begun("--hook-timeout=0.5").finish
    assert_exit 78, run
    assert_match(/node_setup failed \(killed after 0\.50s, its time limit \(--hook-timeout\)\)/, run.screen)
    assert_match(/^ +stuck$/, run.screen)
    assert_nothing_left
  end

  def test_time_limit_of_runner_setup
    hanging("runner_setup")
    File.write("#{@project}/.distributest/runner_setup",
               "#!/bin/sh\n[ $DTEST_RUNNER = 1 ] && exit 0\n#{STUBBORN}")
    run = begun("--hook-timeout=2").finish
    assert_exit 0, run
    assert_match(/of runner 2: killed after 2\.00s, its time limit/, run.out)
    assert_nothing_left
  end

  def test_interrupt
    hanging
    run = begun
    run.signal(:INT)
    run.finish
    assert_exit 130, run
    assert_nothing_left
  end

  def test_dtest_is_killed
    hanging
    run = begun
    run.signal(:KILL)
    run.finish
    assert_nothing_left
  end

  def test_guardian_is_killed
    hanging("runner_setup")
    run = begun
    Process.kill(:KILL, the_process(/guardian/).pid)
    run.finish
    refute_equal 0, run.status
    ends = run.of_kind("node.setup").select { |event| event["phase"] == "end" }
    assert_equal %w[killed killed], ends.map { |event| event["how"] }
    assert_nothing_left
  end

  def test_daemon_is_killed
    hanging
    run = begun
    Process.kill(:KILL, the_process(/dtestd --embedded/).pid)
    run.finish
    assert_exit 69, run
    assert_nothing_left
  end

  # A server that a hook starts serves the tests, and goes with the run.
  def test_what_a_hook_leaves_in_the_background_serves_the_run
    code = "expect(File.read(#{place('server').inspect}).to_i).to satisfy { |pid| Process.kill(0, pid) == 1 }"
    project("spec/a_spec.rb" => spec({ "is served" => "sleep 1.5; #{code}" }),
            ".distributest/node_setup" => "#!/bin/sh\n(setsid sleep $LONG & echo $! > #{place('server')}) &\nwait")
    File.chmod(0o755, "#{@project}/.distributest/node_setup")
    assert_exit 0, dtest("-j1", "--grace=0.1")
    assert_nothing_left
  end

  def test_the_screen_says_what_it_waits_for
    hanging
    run = start("-j2", "--grace=0.2", terminal: true)
    wait("the screen") { run.out.include?("setting up: node_setup") }
    run.signal(:INT)
    run.finish
    assert_nothing_left
  end
end
