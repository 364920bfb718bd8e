# frozen_string_literal: true

require_relative "support"

# Faults outside of examples: while the helper or a test file loads, in a suite hook, in an exit handler.
class BootFaultTest < FaultTest
  DEATHS = { "raises" => "raise 'no database'", "exits" => "exit 3", "exit_bang" => "exit!(3)",
             "aborts" => "abort 'no database'", "killed" => "Process.kill(:KILL, $$); sleep",
             "segmentation_fault" => "Process.setrlimit(:CORE, 0); Process.kill(:SEGV, $$); sleep" }.freeze

  DEATHS.each do |kind, code|
    fault("#{kind}_in_the_helper") { in_the_helper(code) }
    fault("#{kind}_in_a_file") { in_a_file(code) }
    fault("#{kind}_in_a_suite_hook") { in_a_suite_hook(code) }
    fault("#{kind}_in_an_exit_handler") { in_an_exit_handler(code) }
  end

  private

  def in_the_helper(code)
    suite(dialect: "rspec")
    run = with_helper("sleep #{random.rand * 0.2}\n#{code}").finish
    assert_exit 1, run
    assert_whole(run, planted: not_run)
    assert_match(/helper|no database|boot process ended/, run.screen)
  end

  # That file is bad as a whole, the others are as ever.
  def in_a_file(code)
    suite
    bad = @suite.plant_head(code)
    run = start_suite.finish
    assert_exit 1, run
    assert_whole run
    told = run.account.kind("file.end").to_h { |event| event.values_at("path", "status") }
    assert_includes %w[error crashed], told[bad], run.screen
    assert_equal [bad], told.reject { |_, status| status == "passed" }.keys
  end

  def in_a_suite_hook(code)
    suite(dialect: "rspec")
    run = with_helper("RSpec.configure { |c| c.before(:suite) { sleep #{random.rand * 0.2}; #{code} } }").finish
    assert_exit 1, run
    assert_whole(run, planted: not_run)
  end

  # After the last example no verdict can be lost any more; what the handler did is told, and fails the run.
  def in_an_exit_handler(code)
    suite
    @suite.plant("at_exit { #{code} }")
    run = start_suite.finish
    assert_whole run
    assert_equal @suite.verdicts, run.account.verdicts
    assert_exit 1, run
    assert_match(/exit/, run.account.kind("test.error").first["where"])
  end

  def with_helper(code)
    project(".rspec" => "--require ./helper\n", "helper.rb" => code)
    start_suite
  end

  def not_run
    @suite.verdicts.transform_values { |_| %w[not_run error] }
  end
end
