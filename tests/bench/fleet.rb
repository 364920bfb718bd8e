# frozen_string_literal: true

# What nodes give, on one machine: their tests sleep, so that two cores stand for many.
#   DTEST=build/src/dtest ruby tests/bench/fleet.rb [-n /nodes|sync|masters/]
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

  # The same 64 files on 1, 2, 4 and 8 nodes of one runner.
  def test_nodes
    all = nodes(8, "--runners", "1")
    project(sleepers(64, 0.25))
    dtest("--no-history", "--nodes", "n1")
    [1, 2, 4, 8].each do |count|
      names = all.take(count).map(&:name).join(",")
      run = dtest("--no-history", "--nodes", names, "--min-runners", count.to_s)
      work = run.of_kind("file.start").first["elapsed"]
      puts format("%d nodes: %.1f s, %.1f s of it before the first file; bound %.1f s", count,
                  run.events.last["secs"], work, 16.0 / count)
    end
    end_of(*all)
  end

  # 5,000 files that did not change, on their way to one node.
  def test_sync
    all = nodes(1)
    project(specs(1).merge((1..5000).to_h { |n| ["lib/d#{n % 100}/f#{n}.rb", "# #{n}\n" * 40] }))
    times = (1..6).map { dtest("--no-history").of_kind("file.start").first["elapsed"] }
    puts format("first time %.2f s to the first file, then %.2f s (median of 5)", times[0],
                Measure.median(times.drop(1)))
    end_of(*all)
  end

  # Two runs on eight runners, looked at every 100 ms while both have work.
  def test_masters
    all = nodes(1, "--runners", "8")
    project(sleepers(120, 0.2))
    runs = [start("--no-history"), start("--no-history")]
    seen = []
    until runs.any?(&:status)
      sessions = JSON.parse(dtest("nodes", "status", "--json", events: false).out).first["sessions"]
      seen << sessions.map { |session| session["busy"] } if sessions.size == 2 && sessions.all? { |s| s["busy"] > 0 }
      sleep 0.1
    end
    runs.each(&:finish)
    seen.transpose.each { |busy| puts format("busy %.2f on average, %d to %d", busy.sum.fdiv(busy.size), *busy.minmax) }
    end_of(*all)
  end
end
