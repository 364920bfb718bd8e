# frozen_string_literal: true

require_relative "support"

# --retries and --run-timeout: one verdict for each example, however many tries it took.
class RetryTest < SystemTest
  FLAKY = <<~RUBY
    def tries(name)
      File.open(File.join(ENV.fetch("COUNTS"), name), "a+") { |file| file.write("x"); file.flush; file.size }
    end
    RSpec.describe "flaky" do
      it("passes") { tries("passes") }
      it("passes at the second") { expect(tries("second")).to be > 1 }
    end
  RUBY
  NEVER = "\nRSpec.describe('never') { it('passes') { tries('never'); raise 'always' } }\n"

  def flaky(*arguments)
    run = dtest(*arguments, env: { "COUNTS" => @root })
    assert_empty run.account.faults, run.screen
    run
  end

  def tries(name)
    File.size(place(name))
  end

  def test_a_bad_example_runs_again_by_itself
    project("spec/a_spec.rb" => FLAKY + NEVER)
    run = flaky("--retries", "2")
    assert_exit 1, run
    assert_equal({ "passed" => 2, "failed" => 1, "flaky" => 1 }, run.account.counts)
    assert_equal [1, 2, 3], [tries("passes"), tries("second"), tries("never")]
    assert_includes run.screen, "passed on retry 1; before, failed on runner"
    assert_equal({ "flaky passes" => "passed", "flaky passes at the second" => "passed", "never passes" => "failed" },
                 run.account.verdicts)
    assert_equal 3, run.of_kind("test.retry").size
  end

  # One of its examples ends each of its runners: the others are not bad for that.
  def test_what_a_crash_leaves_runs_again
    project(".rspec" => "--order defined\n",
            "spec/a_spec.rb" => FLAKY + "RSpec.describe('ends') { it('its runner') { exit!(0) }; it('not') { tries('not') } }\n")
    run = flaky("--retries", "2", "--crash-retries", "0")
    assert_exit 1, run
    assert_equal({ "passed" => 3, "crashed" => 1, "flaky" => 1 }, run.account.counts)
    assert_equal [1, 2, 1], [tries("passes"), tries("second"), tries("not")]
  end

  def test_a_flaky_example_may_fail_the_run
    project("spec/a_spec.rb" => FLAKY)
    run = flaky("--retries", "1", "--flaky", "fail")
    assert_exit 1, run
    assert_includes run.screen, "--flaky is fail"
  end

  def test_a_flaky_example_need_not_fail_the_run
    project("spec/a_spec.rb" => FLAKY)
    assert_exit 0, flaky("--retries", "1")
  end

  # It does not pass, but neither is it bad any more: by a retry, and by the next attempt of its file.
  def test_what_is_skipped_after_it_was_bad_is_flaky
    project("spec/a_spec.rb" => spec({ "fails, then is skipped" => skipped_later("failed", "raise 'once'") }, group: "A"),
            "spec/b_spec.rb" => spec({ "ends, then is skipped" => skipped_later("ended", "exit!(0)") }, group: "B"))
    run = flaky("--retries", "1", "--flaky", "fail", "--junit", place("junit.xml"))
    assert_exit 1, run
    assert_equal({ "pending" => 2, "flaky" => 2 }, run.account.counts)
    assert_includes run.screen, "pending on retry 1; before, failed on runner"
    assert_match(/spec\/b_spec.rb:\d+  pending on attempt 2; before, runner \d+ ended with exit 0 while running/,
                 run.screen.gsub(/\n {9}/, " "))
    assert_equal 2, File.read(place("junit.xml")).scan(/<flaky(?:Failure|Error)/).size
  end

  def skipped_later(name, code)
    file = place(name).inspect
    "skip('later') if File.exist?(#{file}); File.write(#{file}, ''); #{code}"
  end

  def test_fail_fast_waits_for_the_retry
    project("spec/a_spec.rb" => FLAKY, "spec/b_spec.rb" => spec)
    run = flaky("--retries", "1", "--fail-fast", "-j1")
    assert_exit 0, run
    assert_equal({ "passed" => 3, "flaky" => 1 }, run.account.counts)
  end

  def test_a_hang_is_retried_with_what_had_no_turn
    hung = "File.exist?(#{place("hung").inspect})"
    project("spec/a_spec.rb" => spec({ "hangs once" => "#{hung} || File.write(#{place("hung").inspect}, '') && sleep",
                                       "waits" => "" }))
    run = flaky("--retries", "1", "--timeout", "6")
    assert_exit 0, run
    assert_equal({ "passed" => 2, "flaky" => 1 }, run.account.counts)
  end

  def test_too_many_are_no_chance
    project("spec/a_spec.rb" => FLAKY + NEVER)
    run = flaky("--retries", "1", "--retry-limit", "1")
    assert_exit 1, run
    assert_equal({ "passed" => 1, "failed" => 2 }, run.account.counts)
  end

  def test_an_interrupted_retry_leaves_the_verdict_that_was
    project("spec/a_spec.rb" => spec({ "fails, then stays" => "#{stays} if File.exist?(#{place("first").inspect})\n" \
                                                              "File.write(#{place("first").inspect}, ''); raise" }))
    run = start("--retries", "1")
    wait_until_stays
    2.times { run.signal("INT") }
    assert_exit 130, run.finish
    assert_empty run.account.faults, run.screen
    assert_equal({ "failed" => 1 }, run.account.counts)
  end

  def test_the_limit_of_a_run_before_its_tests_are_loaded
    project("spec/a_spec.rb" => stays + "\n" + spec)
    run = start("--run-timeout", "0.05").finish
    assert_exit 3, run
    assert_includes run.screen.gsub(/\s+/, " "),
                    "the run's time (0.05 s, --run-timeout) was over before the tests were loaded"
    refute_includes run.screen, "no node"
  end

  def test_what_the_limit_of_a_run_leaves_is_not_run
    project("spec/a_spec.rb" => spec({ "stays" => stays }), "spec/b_spec.rb" => spec)
    run = start("--run-timeout", "15", "-j1")
    wait_until_stays
    run.wait_event("run.cancel") { |event| event["reason"] == "timeout" }
    let_go
    assert_exit 3, run.finish
    assert_includes run.screen, "the run's time is over"
    assert_equal 1, run.account.counts["not_run"]
    assert_match(/\A.+\(15 s, --run-timeout\).+--timeout\z/, run.account.end["reason"])
  end
end
