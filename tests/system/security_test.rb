# frozen_string_literal: true

require "socket"
require_relative "support"
require_relative "network"
require_relative "../fault/peer"

# Each refusal of dtestd(8), SECURITY. Those of a key that nobody knows, that was taken away, or that others can read
# are in nodes_test.rb; TCP without keys is in daemon_test.rb.
class SecurityTest < SystemTest
  include Fleet

  ZMTP = "#{"\xff".b}#{"\0" * 8}\x7f\x03\x00"
  HTTP = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello"

  def setup
    super
    keygen
  end

  # What a socket says to somebody who says this; it closes the connection, or says nothing more.
  def answer_to(port, text)
    socket = TCPSocket.new("127.0.0.1", port)
    socket.write(text)
    said = +""
    said << socket.readpartial(4096) while socket.wait_readable(1)
    said
  rescue EOFError, Errno::ECONNRESET
    said
  ensure
    socket&.close
  end

  # Greets with another mechanism, as a socket without keys does, or speaks another protocol altogether.
  def test_plain_text_and_peers_without_a_key
    mini = node("mini", "--in-place")
    sections(mini, with: ["sync = off"])
    [mini.port, mini.port + 1].each do |port|
      plain = answer_to(port, "#{ZMTP}NULL#{"\0" * 16}\0#{"\0" * 31}\x04\x19\x05READY\x0bSocket-Type\0\0\0\x04PUSH")
      refute_includes plain, "READY", "the handshake of a plain socket at #{port}"
      refute_includes answer_to(port, HTTP), "READY"
      assert_includes answer_to(port, "#{ZMTP}CURVE#{"\0" * 15}\0#{"\0" * 31}"), "CURVE"
    end
    project(specs(1))
    assert_exit 0, dtest
    end_of(mini)
  end

  def test_keys_that_others_could_have_put_there
    mini = node("mini", "--in-place")
    sections(mini, with: ["sync = off"])
    project(specs(1))
    refuse(own("nodes/mini.pub"), 0o666, "has mode 0666, so that others can write it", 69)
    refuse(own("nodes"), 0o777, "has mode 0777, so that others can write it", 69)
    refuse(own("key"), 0o640, "has mode 0640, so that others can read it", 78)
    end_of(mini)
    [["node-key", 0o644, "can read it"], ["allowed", 0o777, "can write it"]].each do |file, mode, why|
      refuse_start(mini, 78, why) { |config| File.chmod(mode, "#{config}/#{file}") }
    end
    skip "no root, so no foreign owner" unless Process.uid.zero?
    refuse_start(mini, 77, "belongs to another user") { |config| File.chown(65_534, nil, "#{config}/node-key") }
  end

  def refuse(path, mode, why, code)
    before = File.stat(path).mode & 0o777
    File.chmod(mode, path)
    run = dtest
    assert_exit code, run
    assert_includes told(run), why
    File.chmod(before, path)
  end

  # The block spoils a copy of the node's configuration.
  def refuse_start(node, code, why)
    copy = place("spoilt")
    FileUtils.rm_rf(copy)
    FileUtils.cp_r(node.config, copy)
    yield "#{copy}/distributest"
    daemon = dtestd("--listen", "tcp://127.0.0.1:#{node.port}", env: { "XDG_CONFIG_HOME" => copy }).finish
    assert_exit code, daemon
    assert_includes told(daemon), why
  end

  # With the person's new key beside the old one, and the node's own in the place of its old one.
  def test_keys_are_replaced_while_the_daemon_goes_on
    mini = node("mini", "--in-place")
    sections(mini, with: ["sync = off"])
    project("spec/a_spec.rb" => spec({ "stays" => stays }))
    run = start
    wait_until_stays
    rotate_own(mini)
    rotate_nodes(mini)
    let_go
    assert_exit 0, run.finish
    File.delete("#{mini.allowed}/anna.pub")
    assert_exit 0, dtest
    end_of(mini)
  end

  def rotate_own(mini)
    %w[key key.pub].each { |name| File.rename(own(name), own("#{name}.old")) }
    keygen
    FileUtils.cp(own("key.pub"), "#{mini.allowed}/anna2.pub")
  end

  def rotate_nodes(mini)
    before = File.read(mini.public_key)
    FileUtils.rm(["#{mini.config}/distributest/node-key", mini.public_key])
    assert_exit 0, dtest("keygen", "--node", events: false, env: { "XDG_CONFIG_HOME" => mini.config })
    refute_equal before, File.read(mini.public_key)
    mini.daemon.signal(:HUP)
    wait("the new key") { mini.daemon.err.include?("this node has another key now") }
    FileUtils.cp(mini.public_key, own("nodes/mini.pub"))
  end

  def test_a_path_that_leaves_the_workspace
    Dir.mkdir(place("d"), 0o700)
    daemon = dtestd("--listen", "ipc://#{place("d/w")}", "--results-listen", "ipc://#{place("d/r")}", "--work-dir",
                    place("work"))
    wait("the daemon") { daemon.err.include?("takes work at") }
    peer = Peer.new({ "w" => place("d/w"), "r" => place("d/r") }, Random.new(1))
    ["workspace:/../out", "workspace:/shop/../../out", "workspace:/./shop", "/etc"].each do |path|
      assert_equal "refused", answer(peer, path)["k"], path
    end
    assert_empty Dir.glob(place("work/*"))
    peer.close
    daemon.signal(:TERM)
    assert_exit 0, daemon.finish
  end

  def answer(peer, path)
    run = peer.bytes(16)
    results = peer.subscribe(peer.topic(run))
    options = Peer.options(path).merge("workspace" => "shop")
    Machine.wait do
      peer.say("k" => "hello", "run" => run, "n" => 1, "o" => options)
      peer.hear(results, 0.1)
    end
  end
end

# What passes the network shows neither the project nor its tests.
class WiretapTest < SystemTest
  include Fleet
  include Network

  SECRETS = %w[unicorn_project secret_spec confidential_example].freeze

  def setup
    super
    skip Network.missing if Network.missing
    build_network(%w[alpha beta], people: %w[alpha], nodes: %w[beta])
    configure("alpha", @nodes)
  end

  def teardown
    close_network
    super
  end

  def test_nothing_is_told_in_clear
    tap = start(File.join(__dir__, "wiretap.rb"), place("traffic"), program: "ruby", events: false,
                                                                   prefix: host("alpha").prefix)
    wait("the wiretap") { tap.out.include?("listens") }
    project({ "spec/secret_spec.rb" => spec({ "confidential_example" => "puts 'confidential_example'; raise" }) },
            "unicorn_project")
    run = start_at("alpha")
    assert_exit 1, run.finish
    SECRETS.each { |secret| assert_includes run.screen, secret, "the test has something to look for" }
    tap.signal(:KILL)
    tap.finish
    seen = File.binread(place("traffic"))
    %w[SSH-2.0 CURVE].each { |clear| assert_includes seen, clear, "the wiretap hears what is said in clear" }
    (SECRETS + [place("").chomp("/")]).each { |secret| refute_includes seen, secret }
    end_network(*@daemons.values)
  end
end
