# frozen_string_literal: true

require_relative "support"
require_relative "parts"

# Faults while the set-up hooks of a project run, which leave processes behind and do not want to end.
class HookFaultTest < FaultTest
  include Parts

  HOOKS = %w[node_setup runner_setup].freeze
  STUBBORN = <<~'SH'
    #!/bin/sh
    trap '' TERM INT HUP
    sleep %<long>s &
    (setsid sh -c 'trap "" TERM; sleep %<long>s' &)
    setsid env -i sleep %<long>s &
    sleep %<short>s
  SH
  ENDS = [0, 1, 3, 69, 78, 130, 143].freeze

  Parts::KEEPERS.each do |part|
    fault("#{part}_killed_beside_hooks") { beside_hooks { |run| signal_part(:KILL, part, run) } }
    fault("#{part}_stopped_beside_hooks") { beside_hooks { |run| stop_for_a_while(part, run) } }
  end

  fault("hook_killed") do
    beside_hooks { Machine.kill([process(/(node|runner)_setup/)&.pid].compact) }
  end

  { "interrupt" => :INT, "terminate" => :TERM, "hang_up" => :HUP }.each do |name, signal|
    fault("#{name}_beside_hooks") do
      beside_hooks { |run| random.rand(1..3).times { signal_part(signal, "dtest", run) } }
    end
  end

  def teardown
    super
  ensure
    Machine.kill(sleepers)
  end

  private

  # Runs a suite with both hooks, and does that while one of them is at work, or a little later.
  def beside_hooks
    @long = "1000.#{random.rand(10**9)}" # by which whoever has no environment is known
    suite
    project(@suite.files.merge(HOOKS.to_h { |hook| [".distributest/#{hook}", hook_text] }))
    HOOKS.each { |hook| File.chmod(0o755, "#{@project}/.distributest/#{hook}") }
    run = start_suite("--grace", "200ms")
    wait("a hook") { run.status || sleepers.any? }
    sleep random.rand * 0.6
    yield run unless run.status
    judge(run.finish)
  end

  def hook_text
    format(STUBBORN, long: @long, short: (random.rand * 0.5).round(3))
  end

  def judge(run)
    if run.status == "SIGKILL" then assert_nothing_left
    else assert_cut_short(run, *ENDS)
    end
    Machine.wait { sleepers.empty? }
    assert_empty sleepers, "what the hooks left is left"
  end

  def stop_for_a_while(part, run)
    pid = signal_part(:STOP, part, run) or return
    sleep random.rand
    continue(pid)
  end

  def sleepers
    Machine.running(%W[sleep #{@long}])
  end
end
