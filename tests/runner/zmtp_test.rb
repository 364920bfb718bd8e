# frozen_string_literal: true

require "minitest/autorun"
require "ffi-rzmq"
require "tmpdir"
require "timeout"
require_relative "../../src/runner/zmtp"

# Our sockets against libzmq.
class ZmtpTest < Minitest::Test
  Ours = Distributest::Zmtp
  CONTEXT = ZMQ::Context.new
  DEADLINE = 20

  def setup
    @directory = Dir.mktmpdir("zt")
    @sockets = []
  end

  def teardown
    @sockets.each(&:close)
    FileUtils.rm_rf(@directory)
  end

  def bound(type, name = "s")
    socket = CONTEXT.socket(type)
    socket.setsockopt(ZMQ::LINGER, 0)
    socket.setsockopt(ZMQ::RCVHWM, 0)
    socket.setsockopt(ZMQ::SNDHWM, 0)
    socket.setsockopt(ZMQ::RCVTIMEO, DEADLINE * 1000)
    socket.setsockopt(ZMQ::SNDTIMEO, DEADLINE * 1000)
    assert_equal 0, socket.bind("ipc://#{path(name)}")
    socket.setsockopt(ZMQ::SUBSCRIBE, "") if type == ZMQ::SUB
    @sockets << socket
    socket
  end

  def path(name = "s")
    "#{@directory}/#{name}"
  end

  # libzmq sends a subscription when its socket is used, as a broker's always is.
  def published_to(sub, name = "s")
    connector = Thread.new { Ours.new(path(name), "PUB") }
    poller = ZMQ::Poller.new
    poller.register_readable(sub)
    Timeout.timeout(DEADLINE) { poller.poll(1) while connector.alive? }
    connector.value
  end

  # The same while the block runs, which may connect anew.
  def while_polled(sub)
    work = Thread.new { yield }
    poller = ZMQ::Poller.new
    poller.register_readable(sub)
    Timeout.timeout(DEADLINE) { poller.poll(1) while work.alive? }
    work.value
  end

  def heard(ours)
    Timeout.timeout(DEADLINE) do
      loop do
        message = ours.receive
        return message if message
        IO.select([ours.io])
        ours.fill
      end
    end
  end

  def got(socket)
    bytes = String.new
    assert_operator socket.recv_string(bytes), :>=, 0, "nothing arrived"
    bytes
  end

  SIZES = [0, 1, 254, 255, 256, 257, 65_535, 65_536, 1_000_000].freeze

  def test_push_to_our_pull
    push = bound(ZMQ::PUSH)
    pull = Ours.new(path, "PULL")
    SIZES.each do |size|
      message = Random.new(size).bytes(size)
      push.send_string(message)
      assert_equal message, heard(pull)
    end
  end

  def test_our_pub_to_sub
    sub = bound(ZMQ::SUB)
    pub = published_to(sub)
    SIZES.each do |size|
      message = Random.new(size).bytes(size)
      writer = Thread.new { pub.write(Ours.frame(message)) }
      assert_equal message, got(sub)
      writer.join
    end
  end

  def test_many_frames_in_order
    push = bound(ZMQ::PUSH, "j")
    sub = bound(ZMQ::SUB, "o")
    pull = Ours.new(path("j"), "PULL")
    pub = published_to(sub, "o")
    count = 20_000
    count.times { |n| push.send_string(n.to_s) }
    count.times { |n| assert_equal n.to_s, heard(pull) }
    (0...count).each_slice(100) { |some| pub.write(some.map { |n| Ours.frame(n.to_s) }.join) }
    count.times { |n| assert_equal n.to_s, got(sub) }
  end

  def test_multipart_is_joined
    push = bound(ZMQ::PUSH)
    pull = Ours.new(path, "PULL")
    push.send_strings(%w[a bc def])
    assert_equal "abcdef", heard(pull)
  end

  # 40 MB do not fit into any buffer of a socket that nobody reads with
  # a high-water mark of one.
  def test_slow_reader_blocks_and_loses_nothing
    sub = CONTEXT.socket(ZMQ::SUB)
    sub.setsockopt(ZMQ::RCVHWM, 1)
    sub.setsockopt(ZMQ::RCVTIMEO, DEADLINE * 1000)
    sub.bind("ipc://#{path}")
    sub.setsockopt(ZMQ::SUBSCRIBE, "")
    @sockets << sub
    pub = published_to(sub)
    writer = Thread.new { 400.times { |n| pub.write(Ours.frame([n].pack("N") + "x" * 100_000)) } }
    Timeout.timeout(DEADLINE) { Thread.pass until writer.status == "sleep" }
    400.times { |n| assert_equal n, got(sub).unpack1("N") }
    writer.join
  end

  def test_subscription_is_waited_for
    sub = CONTEXT.socket(ZMQ::SUB)
    sub.setsockopt(ZMQ::RCVTIMEO, DEADLINE * 1000)
    sub.bind("ipc://#{path}")
    @sockets << sub
    pub = nil
    connector = Thread.new { pub = Ours.new(path, "PUB") }
    Timeout.timeout(DEADLINE) { Thread.pass until connector.status == "sleep" }
    assert_nil pub
    sub.setsockopt(ZMQ::SUBSCRIBE, "")
    poller = ZMQ::Poller.new
    poller.register_readable(sub)
    Timeout.timeout(DEADLINE) { poller.poll(1) while connector.alive? }
    pub.write(Ours.frame("first"))
    assert_equal "first", got(sub)
  end

  def test_heartbeats_are_answered
    push = CONTEXT.socket(ZMQ::PUSH)
    heartbeat(push, 75, 20) # ZMQ_HEARTBEAT_IVL
    heartbeat(push, 77, 500) # ZMQ_HEARTBEAT_TIMEOUT
    push.bind("ipc://#{path}")
    @sockets << push
    pull = Ours.new(path, "PULL")
    mark = pull.io.stat.ino
    3.times { IO.select([pull.io], nil, nil, DEADLINE) && pull.fill && pull.receive }
    push.send_string("after the pings")
    assert_equal "after the pings", heard(pull)
    assert_equal mark, pull.io.stat.ino
  end

  # ffi-rzmq does not know these options.
  def heartbeat(socket, option, milliseconds)
    value = FFI::MemoryPointer.new(:int).write_int(milliseconds)
    assert_equal 0, LibZMQ.zmq_setsockopt(socket.socket, option, value, 4)
  end

  def test_closed_object_is_replaced
    sub = bound(ZMQ::SUB)
    pub = published_to(sub)
    pub.write(Ours.frame("one"))
    pub.io.close
    refute pub.intact?
    while_polled(sub) { pub.write(Ours.frame("two")) }
    assert_equal %w[one two], [got(sub), got(sub)]
  end

  def test_closed_number_taken_by_another_file_is_left_alone
    sub = bound(ZMQ::SUB)
    pub = published_to(sub)
    number = pub.io.fileno
    IO.for_fd(number, autoclose: true).close
    others = [File.open("#{@directory}/0", "w+")]
    others << File.open("#{@directory}/#{others.size}", "w+") until others.last.fileno >= number
    other = others.find { |file| file.fileno == number }
    assert other
    refute pub.intact?
    while_polled(sub) { pub.write(Ours.frame("two")) }
    assert_equal "two", got(sub)
    assert_equal 0, other.size
    pub = nil
    GC.start
    other.write("still open")
    other.flush
    assert_equal 10, other.size
    others.each(&:close)
  end

  # Every object, and every number below a limit: what the broker sent meanwhile is still there.
  def test_the_same_connection_goes_on
    push = bound(ZMQ::PUSH)
    pull = Ours.new(path, "PULL")
    [-> { pull.io.close }, -> { pull.io.autoclose = true; pull.io.close },
     -> { number = pull.io.fileno; IO.for_fd(number).close; File.open("/dev/null").tap { |file| @kept = file } }].each do |break_it|
      5.times { |n| push.send_string(n.to_s) }
      IO.select([pull.io], nil, nil, DEADLINE)
      break_it.call
      refute pull.intact?
      refute pull.ensure_intact, "it connected anew"
      5.times { |n| assert_equal n.to_s, heard(pull) }
    end
    assert_equal "/dev/null", @kept.path
  end

  def descriptors(pull)
    mark = pull.io.stat.ino
    Dir.children("/proc/self/fd").map(&:to_i).select do |number|
      File.stat("/proc/self/fd/#{number}").ino == mark
    rescue SystemCallError
      false
    end
  end

  def test_none_is_left
    push = bound(ZMQ::PUSH)
    pull = Ours.new(path, "PULL")
    assert_equal 2, descriptors(pull).size
    pull.io.close
    pull.ensure_intact
    all = descriptors(pull)
    assert_equal 2, all.size
    pull.close
    assert_raises(Errno::EBADF) { all.each { |number| IO.for_fd(number, autoclose: false) } }
    push.close
    @sockets.delete(push)
  end

  def test_pull_is_replaced
    push = bound(ZMQ::PUSH)
    pull = Ours.new(path, "PULL")
    push.send_string("one")
    assert_equal "one", heard(pull)
    descriptors(pull).each { |number| IO.for_fd(number).close }
    assert pull.ensure_intact
    # Without a look at its events, libzmq may still write to the old connection.
    poller = ZMQ::Poller.new
    poller.register_writable(push)
    poller.poll(DEADLINE * 1000)
    push.send_string("two")
    assert_equal "two", heard(pull)
  end

  def test_end_of_the_broker
    push = bound(ZMQ::PUSH)
    pull = Ours.new(path, "PULL")
    push.close
    @sockets.delete(push)
    assert_raises(Ours::Gone) { heard(pull) }
  end

  def test_nobody_there
    assert_raises(Ours::Gone) { Ours.new(path("nobody"), "PULL") }
  end
end
