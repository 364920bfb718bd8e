# frozen_string_literal: true

# What nodes give, on one machine: their tests sleep, so that two cores stand for many.
#   DTEST=build/src/dtest ruby tests/bench/fleet.rb [-n /nodes|sync|first|memory|masters/]
require_relative "../system/support"
require_relative "../system/fleet"
require_relative "measure"

class FleetBench < SystemTest
  include Fleet

  def setup
    super
    @sshd = Sshd.new(place("ssh"), env: environment, port: free_port(1))
    keygen
  end

  def teardown
    @sshd.end
    super
  end

  def nodes(count, *flags)
    made = (1..count).map { |n| node("n#{n}", "--work-dir", place("work#{n}"), *flags) }
    sections(*made, with: ["ssh-config = #{@sshd.config}"])
    made
  end

  def sleepers(count, secs)
    (1..count).to_h { |n| ["spec/a#{n}_spec.rb", spec({ "sleeps" => "sleep #{secs}" })] }
  end

  # The same 64 files on one runner here, and on 1, 2, 4 and 8 nodes of one runner.
  def test_nodes
    all = nodes(8, "--runners", "1")
    project(sleepers(64, 0.25))
    dtest("--no-history", "--nodes", "n1")
    one = tell_run("one runner", dtest("--no-history", "--local", "-j1"), 1)
    [1, 2, 4, 8].each do |count|
      names = all.take(count).map(&:name).join(",")
      tell_run("#{count} nodes", dtest("--no-history", "--nodes", names, "--min-runners", count.to_s), count, one)
    end
    end_of(*all)
  end

  def tell_run(what, run, runners, one = nil)
    assert_exit 0, run
    secs = run.events.last["secs"]
    puts format("%s: %.2f s, %.2f s of it before the first file; bound %.1f s%s", what, secs,
                run.of_kind("file.start").first["elapsed"], 16.0 / runners,
                one ? format("; %.2f times as fast as one runner", one / secs) : "")
    secs
  end

  # 5,000 files that did not change, on their way to one node.
  def test_sync
    all = nodes(1)
    project(specs(1).merge((1..5000).to_h { |n| ["lib/d#{n % 100}/f#{n}.rb", "# #{n}\n" * 40] }))
    runs = (1..8).map { dtest("--no-history") }
    syncs = runs.map { |run| run.of_kind("node.sync").find { |event| event["phase"] == "end" }["secs"] }
    firsts = runs.map { |run| run.of_kind("file.start").first["elapsed"] }
    puts format("copy of 5,000 files: %.2f s, unchanged %.2f s (median of 7, worst %.2f)", syncs[0],
                Measure.median(syncs.drop(1)), syncs.drop(1).max)
    puts format("to the first file: %.2f s, unchanged %.2f s", firsts[0], Measure.median(firsts.drop(1)))
    end_of(*all)
  end

  # From the command to the first example, and until each of three nodes has begun one.
  def test_first
    all = nodes(3)
    project(sleepers(30, 0.3))
    runs = (1..8).map { timed { dtest("--no-history") } }.drop(1)
    firsts = runs.map { |run, start| begun(run).values.min - start }
    lasts = runs.map { |run, start| begun(run).values.max - start }
    runs.each { |run, _| assert_equal 3, begun(run).size, "each node took part" }
    puts format("first example: %.2f s (median of 7, worst %.2f); on each of three nodes: %.2f s (worst %.2f)",
                Measure.median(firsts), firsts.max, Measure.median(lasts), lasts.max)
    end_of(*all)
  end

  def timed
    start = Time.now.to_f
    [yield, start]
  end

  # When each node began its first example, by the clock on the wall. An example's end tells how long it took.
  def begun(run)
    run.of_kind("test.end").group_by { |event| event["node"] }.transform_values do |ended|
      ended.map { |event| event["ts"] / 1e6 - event["secs"] }.min
    end
  end

  # What a daemon takes that does nothing, and with 8 sessions of 16 runners that all run something.
  def test_memory
    all = nodes(1, "--runners", "128", "--in-place")
    File.write(own("config"), "#{File.read(own("config"))}sync = off\nrunners = 16\n")
    project((1..16).to_h { |n| ["spec/a#{n}_spec.rb", spec({ "stays" => holds })] })
    daemon = all.first.daemon.pid
    idle = kilobytes(daemon)
    runs = (1..8).map { start("--no-history") }
    wait("128 examples that run", 300) { Dir[place("b[0-9]*")].size == 128 }
    guardians = processes.select { |process| process.title.include?("guardian") }.map { |one| kilobytes(one.pid) }
    puts format("daemon idle: %.1f MB; with 8 sessions of 16 runners: %.1f MB, and %d guardians of %.1f MB",
                idle / 1024, kilobytes(daemon) / 1024, guardians.size, guardians.sum.fdiv([guardians.size, 1].max) / 1024)
    let_go
    runs.each { |run| assert_exit 0, run.finish }
    puts format("after them: %.1f MB", kilobytes(daemon) / 1024)
    end_of(*all)
  end

  def holds
    "File.write(#{place("b").inspect} + $$.to_s, ''); #{waits_until("File.exist?(#{place("stay.go").inspect})")}"
  end

  # Resident, as the kernel counts it.
  def kilobytes(pid)
    File.read("/proc/#{pid}/status")[/^VmRSS:\s+(\d+)/, 1].to_f
  end

  # Two runs on eight runners, looked at every 100 ms while both have work.
  def test_masters
    all = nodes(1, "--runners", "8")
    project(sleepers(240, 0.2))
    runs = [start("--no-history"), start("--no-history")]
    seen = watched(runs)
    runs.each { |run| assert_exit 0, run.finish }
    seen.transpose.each do |busy|
      near = busy.count { |runners| (3..5).cover?(runners) }
      puts format("busy %.2f on average, 4 +- 1 at %.0f %% of %d looks, %d to %d", busy.sum.fdiv(busy.size),
                  100.0 * near / busy.size, busy.size, *busy.minmax)
    end
    end_of(*all)
  end

  def watched(runs)
    seen = []
    until runs.any?(&:status)
      sessions = JSON.parse(dtest("nodes", "status", "--json", events: false).out).first["sessions"]
      seen << sessions.map { |session| session["busy"] } if sessions.size == 2 && sessions.all? { |s| s["busy"] > 0 }
      sleep 0.1
    end
    seen
  end
end
