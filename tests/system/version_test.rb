# frozen_string_literal: true

require_relative "support"
require_relative "fleet"
require_relative "../fault/peer"

# Somebody in the place of a dtestd who answers in a protocol of another version.
class OtherVersion
  def initialize(directory)
    Dir.mkdir(directory, 0o700)
    @doors = %w[w r].to_h { |name| [name, UNIXServer.new("#{directory}/#{name}")] }
    @topics = Queue.new
    @threads = [quietly { listen }, quietly { answer }]
  end

  def close
    @threads.each(&:kill)
    @doors.each_value(&:close)
  end

  private

  # Until the other side goes away.
  def quietly
    Thread.new do
      yield
    rescue SystemCallError, EOFError
      nil
    end
  end

  def shake(door, type)
    socket = @doors.fetch(door).accept
    socket.write(Wire::GREETING)
    socket.read(Wire::GREETING_SIZE)
    socket.write(Wire.ready(type))
    socket
  end

  # The subscriber's topic is the run's.
  def listen
    socket = shake("r", "PUB")
    bytes = +"".b
    loop do
      bytes << socket.readpartial(4096)
      while (flags, frame = Wire.shift(bytes))
        @topics << [socket, Wire.body(frame).byteslice(1..)] if flags & Wire::COMMAND == 0
      end
    end
  end

  def answer
    work = shake("w", "PULL")
    socket, topic = @topics.pop
    quietly { loop { work.readpartial(4096) } }
    loop do
      beat = { "v" => 2, "k" => "beat", "n" => 1, "e" => 1, "hb" => 1, "ja" => 0, "jl" => 9, "rl" => 0 }
      socket.write(Wire.frame(topic, Wire::MORE) + Wire.frame(beat.to_msgpack))
      sleep 0.1 # the pace of its beats; nothing waits for it
    end
  end
end

# Nodes of other versions of the protocol.
class VersionTest < SystemTest
  def test_a_node_of_another_version_is_left_out
    node = OtherVersion.new(place("d"))
    FileUtils.mkdir_p("#{root}/c/distributest")
    File.write("#{root}/c/distributest/config",
               "[node.local]\nrunners = 1\n[node.old]\nendpoint = ipc://#{place("d/w")}\n" \
               "results-endpoint = ipc://#{place("d/r")}\nsync = off\n")
    project("spec/a_spec.rb" => spec({ "stays" => stays }))
    run = start
    wait("the sentence") { run.screen.include?("version 2") }
    let_go
    assert_exit 0, run.finish
    said = run.screen.gsub(/\s+/, " ")
    assert_equal 1, said.scan("version 2").size, run.screen
    assert_match(/old lost at .*: it speaks protocol version 2, this side 1; /, said)
    assert_includes said, "install the same version of distributest there and here"
    node.close
    assert_nothing_left
  end

  # A dtestd tells whoever greets it in another version, and goes on serving the others.
  def test_a_dtest_of_another_version_is_told
    Dir.mkdir(place("d"), 0o700)
    daemon = dtestd("--listen", "ipc://#{place("d/w")}", "--results-listen", "ipc://#{place("d/r")}")
    wait("the daemon") { daemon.err.include?("takes work at") }
    peer = Peer.new({ "w" => place("d/w"), "r" => place("d/r") }, Random.new(1))
    run = peer.bytes(16)
    results = peer.subscribe(peer.topic(run))
    answer = Machine.wait do
      peer.say("v" => 2, "k" => "hello", "run" => run, "n" => 1, "o" => Peer.options(root))
      peer.hear(results, 0.1)
    end
    assert_equal ["refused", 69], answer.values_at("k", "code")
    assert_match(/version 2, this side 1/, answer["why"])
    peer.close
    daemon.signal(:TERM)
    assert_exit 0, daemon.finish
  end
end
