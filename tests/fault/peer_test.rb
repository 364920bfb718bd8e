# frozen_string_literal: true

require_relative "support"
require_relative "standing"
require_relative "peer"

# A hostile peer on the sockets of a dtestd that stands by itself, while another one's run is at work there: it may
# cost itself its session, but that run ends as ever, and the daemon has its memory and descriptors back afterwards.
class PeerFaultTest < FaultTest
  include Standing

  KEPT_KB = 4 * 1024 # of the C library and of libzmq
  TINY = TIMES == 1 ? 100_000 : 1_000_000

  def teardown
    @peer&.close
    close_relays
    super
  end

  def self.hostile(name, &act)
    fault(name) { beside_a_run(&act) }
  end

  hostile("noise") { |peer| 20.times { peer.try(peer.connect(some(%w[w r])), peer.bytes(random.rand(1..9000))) } }

  hostile("half_a_handshake") do |peer|
    200.times { peer.connect(some(%w[w r])).write(Wire::GREETING[0, random.rand(64)]) }
  end

  hostile("no_messages") { |peer| Peer::MALFORMED.each_value { |bytes| peer.try(peer.work, Wire.frame(bytes)) } }

  hostile("noise_in_frames") { |peer| 500.times { peer.try(peer.work, Wire.frame(peer.bytes(random.rand(0..300)))) } }

  hostile("giant_lengths") do |peer|
    [1 << 21, 1 << 32, 1 << 40, (1 << 63) - 1, (1 << 64) - 1].each do |size|
      %w[w r].each { |link| peer.try(peer.join(link), [Wire::LONG, size].pack("CQ>") + peer.bytes(65_536)) }
    end
  end

  hostile("messages_of_many_frames") do |peer|
    5.times { peer.try(peer.join("w"), Wire.frame("", Wire::MORE) * 200_000) }
  end

  hostile("tiny_messages") do |peer|
    some = Wire.frame("\xc0") * 1000
    (TINY / 1000).times { peer.work.write(some) }
  end

  # Each is answered, as long as somebody listens.
  hostile("answers_that_nobody_reads") do |peer|
    run = peer.bytes(16)
    peer.subscribe(peer.topic(run))
    some = Wire.frame(peer.ping(run, 1).to_msgpack) * 1000
    200.times { peer.work.write(some) }
  end

  hostile("a_reader_that_never_reads") { |peer| 3.times { peer.subscribe("") } }

  hostile("many_subscriptions") do |peer|
    socket = peer.join("r")
    20_000.times { peer.try(socket, Wire.frame("\x01".b + peer.topic(peer.bytes(16)))) }
    peer.try(socket, Wire.frame("\x01".b + "r/" * 5000))
  end

  hostile("many_connections") { |peer| 300.times { peer.join(some(%w[w r])) } }

  # What bears another epoch than the session's is dropped, even from whoever knows the run.
  hostile("wrong_epoch") do |peer|
    epoch = random.rand(1 << 63)
    name = { "run" => [victim].pack("H*"), "e" => epoch }
    peer.say(peer.ping(name["run"], epoch))
    peer.say(name.merge("k" => "cancel", "kill" => true))
    peer.say(name.merge("k" => "bye"))
    peer.say(name.merge("k" => "item", "j" => 1, "item" => 0, "a" => 1, "f" => "x_spec.rb", "last" => true))
  end

  # All that the other one's dtest has said so far, again and again, in any order.
  hostile("replayed") do |peer|
    heard = @relay.heard.dup
    refute_empty heard
    5.times { heard.shuffle(random: random).each { |frames| peer.work.write(frames) } }
  end

  # Sessions without a master: the lease ends them.
  hostile("sessions_that_nobody_wants") do |peer|
    5.times do
      hello = { "k" => "hello", "run" => peer.bytes(16), "o" => Peer.options(@project) }
      results = peer.subscribe(peer.topic(hello["run"]))
      wait("a session") { peer.say(hello.merge("n" => 1)) && peer.hear(results, 0.1) }
      [2, 3].each { |number| peer.say(hello.merge("n" => number)) }
    end
  end

  private

  def beside_a_run(&act)
    start_daemon
    before = burden
    @relay = relay("x", random)
    suite(files: 8..16, bad: 0.1)
    @run = start_suite(**standing("x"))
    wait("a verdict") { @run.status || @run.of_kind("test.end").any? }
    @peer = Peer.new({ "w" => place("d/w"), "r" => place("d/r") }, random)
    instance_exec(@peer, &act)
    @run.finish
    assert_unharmed
    @peer.close
    assert_as_before(before)
  end

  # The next session is as any, and when it has ended the memory of the daemon is back.
  def next_run
    next_one = start("-j1", "--no-history", **standing).finish
    assert_exit @run.status, next_one
  end

  # The run's id, as it says in its events.
  def victim
    @run.events.first["run"]
  end

  def assert_unharmed
    assert_nil @daemon.status, @daemon.screen
    assert_exit @suite.verdicts.value?("failed") ? 1 : 0, @run
    assert_empty Judge.new(@suite, @run.account).faults, @run.screen
    assert_equal @suite.verdicts, @run.account.verdicts
    assert_empty @run.of_kind("node.lost")
  end

  def assert_as_before(before)
    next_run
    back = Machine.wait do
      processes.map(&:pid) == [@daemon.pid] && burden[1] <= before[1] && burden[0] <= before[0] + KEPT_KB
    end
    assert back, "#{before} became #{burden}\n#{processes.join("\n")}"
    close_relays
    stop_daemon
    assert_exit 0, @daemon
    assert_nothing_left
  end
end
