# frozen_string_literal: true

require_relative "support"
require_relative "standing"
require_relative "peer"

# A session that takes the place of a former one of the same run, as after a link that was down for long.
class SessionFaultTest < FaultTest
  include Standing

  def teardown
    @peer&.close
    super
  end

  # Whatever is still to come of the old one's processes is none of the new one's business.
  fault("session_replaced") do
    start_daemon
    project("spec/a_spec.rb" => spec, ".rspec" => "--require ./helper\n", "helper.rb" => "sleep #{random.rand}\n")
    @peer = Peer.new({ "w" => place("d/w"), "r" => place("d/r") }, random)
    @run = @peer.bytes(16)
    @results = @peer.subscribe(@peer.topic(@run))
    greet(1)
    sleep random.rand
    greet(2)
    fate = fate_of_boot
    assert_equal "booted", fate["k"], fate.inspect
  end

  private

  # Until a message of that session is heard.
  def greet(number)
    wait("session #{number}") do
      @peer.say("k" => "hello", "run" => @run, "n" => number, "o" => Peer.options(@project))
      @heard = @peer.hear(@results, 0.1)
      @heard && @heard["n"] == number
    end
    @epoch = @heard["e"]
  end

  # What the second session says first of its boot process.
  def fate_of_boot
    wait("word of the boot process") do
      @peer.say("k" => "ping", "run" => @run, "e" => @epoch, "hb" => @heard["hb"], "ack" => 0, "gap" => true)
      @heard = @peer.hear(@results, 0.1) || @heard
      next unless @heard["e"] == @epoch
      (@heard["b"] || []).find { |body| %w[booted bootfail closed].include?(body["k"]) }
    end
  end
end
