# frozen_string_literal: true

require_relative "support"
require_relative "../system/network"

# A run from one host on two others, and what may become of one of them, or of the network between them, at a random
# moment: at the end every verdict is there and right, and nothing is left on any host.
class HostsFaultTest < FaultTest
  include Fleet
  include Network

  RELAY = File.join(__dir__, "tcp_relay.rb")
  OF_RUN = /\Adtest (boot|runner)|boot\.rb|--guardian|\Adtest run|rsync/.freeze
  CLOCK = Dir["/usr/lib/*/faketime/libfaketime.so.1"].first
  GONE = Queue.new # seconds after which nothing was left of a run that was killed
  Minitest.after_run { puts "gone after #{GONE.size.times.map { GONE.pop }.max} s at most" unless GONE.empty? }

  def setup
    super
    skip Network.missing if Network.missing
    build_network(%w[alpha beta gamma], people: %w[alpha], nodes: %w[beta gamma])
    configure("alpha", @nodes)
    @victim = some(@nodes)
    @ends = @daemons.values
  end

  def teardown
    super
  ensure
    close_network
  end

  fault("node_killed") do
    daemon.signal(:KILL) if begin_run
    @ends.delete(daemon)
    assert_unharmed
  end

  # Its guardian ends the session; it comes to itself while the run goes on, or afterwards.
  fault("node_stopped") do
    stopped = begin_run && daemon.signal(:STOP)
    wait_for_a_while
    daemon.signal(:CONT) if stopped
    assert_unharmed
  end

  # The new one knows nothing of the session.
  fault("node_restarted") do
    if begin_run
      daemon.signal(:KILL)
      @ends.delete(daemon)
      daemon.finish
      @ends << serve_at(@victim)
    end
    assert_unharmed
  end

  fault("partition") do
    @net.link(@victim, "down") if begin_run
    wait_for_a_while
    @net.link(@victim, "up")
    assert_unharmed
  end

  # The other direction stays as it was.
  fault("one_way_partition") do
    ways = some([[host("alpha"), @victim], [@victim, host("alpha")]])
    @net.deafen(*ways, true) if (cut = begin_run)
    wait_for_a_while
    @net.deafen(*ways, false) if cut
    assert_unharmed
  end

  fault("delay") do
    go_through_relay(delay: random.rand * 0.3)
    begin_run
    assert_unharmed
  end

  # Whoever was connected hears nothing more, and nobody says so.
  fault("half_open_connections") do
    relay = go_through_relay
    relay.signal(:USR1) if begin_run
    assert_unharmed
  end

  fault("slow_node") do
    begin_run
    until @run.status
      daemon.signal(:STOP)
      sleep random.rand * 0.8
      daemon.signal(:CONT)
      sleep random.rand * 0.1
    end
    assert_unharmed
  end

  fault("clock_jump") do
    skip "libfaketime is not installed" unless CLOCK
    File.write(place("clock"), "+0")
    daemon.signal(:TERM)
    daemon.finish
    fake = { "LD_PRELOAD" => CLOCK, "FAKETIME_TIMESTAMP_FILE" => place("clock"), "FAKETIME_NO_CACHE" => "1",
             "FAKETIME_DONT_FAKE_MONOTONIC" => "1", "ASAN_OPTIONS" => "verify_asan_link_order=0:detect_leaks=0" }
    @ends << serve_at(@victim, env: fake)
    File.write(place("clock"), some(%w[+1d -1d +10y -10y +61s -3600s])) if begin_run
    assert_unharmed
  end

  # The project does not get there any more, or stands there already.
  fault("disk_full") do
    work = place("#{@victim.name}/work")
    FileUtils.mkdir_p(work, mode: 0o700)
    mounted = system("mount -t tmpfs -o size=1m,mode=700 none #{work}", err: File::NULL)
    skip "no right to mount a small disk" unless mounted
    begin_run(12)
    system("cat /dev/zero >#{work}/.fill", err: File::NULL)
    assert_unharmed
  ensure
    system("umount", "-l", work, err: File::NULL)
  end

  fault("master_killed") do
    begin_run
    @run.signal(:KILL)
    began = Machine.now
    @run.finish
    wait("the run to be gone on every node") { processes.none? { |process| process.title.match?(OF_RUN) } }
    GONE << (Machine.now - began).round(1)
    assert_next_run_cleans_up
    end_network(*@ends)
  end

  private

  def daemon
    @daemons.fetch(@victim)
  end

  # Starts a random suite, and waits for a random moment of it; false: it was over before.
  def begin_run(lines = nil)
    suite(files: 6..12, each: 2..5, bad: 0.1, pause: 0.1)
    project(@suite.files)
    @run = start_at("alpha", "--no-history")
    wait_for_moment(@run, *lines)
  end

  # What the one that was killed left where it was started goes with a later run there.
  def assert_next_run_cleans_up
    Dir[place("r/dt-*/run")].each { |file| File.utime(Time.now - 100, Time.now - 100, file) }
    project({ "spec/a_spec.rb" => spec }, "other")
    assert_exit 0, start_at("alpha", "--local").finish
  end

  # Longer than the lease, or not, or until the run is over.
  def wait_for_a_while
    Machine.wait(random.rand * 14) { @run.status }
  end

  # The victim is reached through a relay on the host where dtest is.
  def go_through_relay(delay: 0.0)
    ports = [7710, 7711].map { |port| "#{port}=#{@victim.address}:#{port}" }
    relay = start(RELAY, random.rand(1000).to_s, delay.to_s, *ports, program: "ruby", events: false,
                                                                     prefix: host("alpha").prefix)
    wait("the relay") { relay.out.include?("ready") }
    config = "#{keys("alpha")}/config"
    File.write(config, File.read(config).sub("tcp://#{@victim.address}:", "tcp://127.0.0.1:"))
    @relay = relay
  end

  def assert_unharmed
    expected = @suite.verdicts.value?("failed") ? 1 : 0
    assert_exit expected, @run.finish
    assert_empty Judge.new(@suite, @run.account).faults, @run.screen
    assert_equal @suite.verdicts, @run.account.verdicts
    @relay&.signal(:KILL)
    @relay&.finish
    end_network(*@ends)
  end
end
