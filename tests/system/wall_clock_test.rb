# frozen_string_literal: true

require_relative "support"

# The wall clock is set during a run, far ahead and back again: by NTP, by a person, by a virtual machine that wakes up.
class WallClockTest < SystemTest
  YEAR = 365 * 86_400
  DAY = 86_400

  def jumping
    library = place("wall_clock.so")
    source = File.join(__dir__, "wall_clock.c")
    skip "no C compiler" unless system("cc", "-shared", "-fPIC", "-o", library, source, err: File::NULL)
    # Sanitized binaries want to be first.
    asan = [ENV.fetch("ASAN_OPTIONS", nil), "verify_asan_link_order=0"].compact.join(":")
    { "LD_PRELOAD" => library, "DS_JUMP" => place("jump"), "ASAN_OPTIONS" => asan }
  end

  def at(event)
    event["ts"] / 1e6
  end

  def test_a_jump_ahead_and_back
    env = jumping
    ahead = "t = Time.now; #{stays("ahead")}; raise 'it did not jump' unless Time.now - t > #{YEAR}"
    back = "t = Time.now; #{stays("back")}; raise 'it did not jump back' unless t - Time.now > #{YEAR}"
    project("spec/a_spec.rb" => spec({ "jumps ahead" => ahead, "jumps back" => back }, group: "A"),
            "spec/b_spec.rb" => spec({ "works" => "" }, group: "B"))
    run = start("-j2", "--run-timeout", "1h", env: env)
    wait_until_stays("ahead")
    File.write(place("jump"), "")
    run.wait_event("run.progress") { |event| at(event) - at(run.events.first) > YEAR }
    let_go("ahead")
    wait_until_stays("back")
    File.delete(place("jump"))
    last = at(run.events.last)
    run.wait_event("run.progress") { |event| event["seq"] > run.events.size / 2 && last - at(event) > YEAR }
    let_go("back")
    run.finish
    assert_exit 0, run
    assert_empty run.account.faults
    assert_equal({ "A jumps ahead" => "passed", "A jumps back" => "passed", "B works" => "passed" },
                 run.account.verdicts)
    assert_operator run.account.end["secs"], :<, DAY
    assert(run.of_kind("test.end").all? { |event| event["secs"].between?(0, DAY) }, run.last_events)
    assert_equal run.events.map { |event| event["elapsed"] }.sort, run.events.map { |event| event["elapsed"] }
    assert_nothing_left
  end

  def test_timings_that_were_learned_ahead_are_used
    env = jumping
    project("spec/a_spec.rb" => spec({ "slow" => "sleep 0.2" }), "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    File.write(place("jump"), "")
    assert_exit 0, dtest("-j1", env: env)
    File.delete(place("jump"))
    files = dtest("-j1", env: env).of_kind("run.plan").last["files"]
    assert_equal "spec/a_spec.rb", files.first["path"]
    assert_operator files.first["expect_secs"], :<, DAY
  end
end
