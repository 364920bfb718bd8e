# frozen_string_literal: true

require "io/wait"
require "msgpack"
require_relative "wire"

# Somebody who can write to a daemon's sockets and means no good. Keeps its connections until `close`.
class Peer
  VERSION = 1
  # What one message may not be, each in its own way.
  MALFORMED = {
    "nothing" => "",
    "no map" => "\xc0".b,
    "deep" => "\x91".b * 500_000,
    "deep maps" => "\x81\xa1k".b * 100_000,
    "an array of 4 G" => "\xdd\xff\xff\xff\xff".b,
    "a map of 4 G" => "\xdf\xff\xff\xff\xff".b,
    "a string of 4 G" => "\xdb\xff\xff\xff\xff".b,
    "an extension" => "\xc9\xff\xff\xff\xff\x01".b,
    "many keys" => { 1000 => 2 }.merge((0..2000).to_h { |n| [n.to_s, n] }).to_msgpack,
    "text" => "GET / HTTP/1.1\r\n\r\n"
  }.freeze

  HELLO = File.expand_path("../golden/wire/w-hello.msgpack", __dir__)

  # Options of a session that a daemon takes.
  def self.options(project)
    MessagePack.unpack(File.binread(HELLO)).fetch("o").merge(
      "mode" => "run", "project" => project, "lib" => File.expand_path("../../src/runner", __dir__),
      "ruby" => ["ruby"], "framework" => "auto", "bundler" => "off", "preload" => "auto", "paths" => [],
      "patterns" => [], "excludes" => [], "includes" => [], "requires" => [], "args" => [], "env" => {},
      "runners" => 2, "timeout_us" => 600_000_000, "hooks" => {}
    )
  end

  # `sockets`: {link: path}.
  def initialize(sockets, random)
    @sockets = sockets
    @random = random
    @open = []
  end

  # A connection on which nothing has been said yet.
  def connect(link)
    socket = Machine.wait { connected(@sockets.fetch(link)) } or raise "#{link} takes nobody"
    socket.tap { @open << socket }
  end

  # A connection that has shaken hands.
  def join(link, type = { "w" => "PUSH", "r" => "SUB" }.fetch(link))
    socket = connect(link)
    socket.write(Wire::GREETING)
    socket.read(Wire::GREETING_SIZE)
    socket.write(Wire.ready(type))
    read_frame(socket)
    socket
  end

  def work
    @work ||= join("w")
  end

  def say(message)
    work.write(Wire.frame({ "v" => VERSION }.merge(message).to_msgpack))
  end

  def subscribe(topic)
    socket = join("r")
    socket.write(Wire.frame("\x01".b + topic))
    socket
  end

  # The next message on a subscription, decoded; nil when none begins within that time.
  def hear(socket, seconds)
    return unless socket.wait_readable(seconds)
    frames = []
    loop do
      flags, body = read_frame(socket)
      next if flags & Wire::COMMAND != 0
      frames << body
      return MessagePack.unpack(frames.last) if flags & Wire::MORE == 0
    end
  end

  def topic(run)
    "r/#{run.unpack1("H*")}/"
  end

  def ping(run, epoch)
    { "v" => VERSION, "k" => "ping", "run" => run, "e" => epoch, "hb" => 1, "ack" => 0, "gap" => true }
  end

  def bytes(size)
    @random.bytes(size)
  end

  # Writes what it can: whoever refuses us may have closed by now.
  def try(socket, bytes)
    socket.write(bytes)
  rescue SystemCallError
    nil
  end

  def close
    @open.each(&:close)
    @open.clear
  end

  private

  # Where the listener's queue is full Ruby takes the connection to be under way, which it is not.
  def connected(path)
    socket = UNIXSocket.new(path)
    socket.remote_address
    socket
  rescue Errno::ENOTCONN, Errno::EAGAIN
    socket&.close
    nil
  end

  def read_frame(socket)
    flags, size = socket.read(2).unpack("CC")
    size = ([size].pack("C") + socket.read(7)).unpack1("Q>") if flags & Wire::LONG != 0
    [flags, socket.read(size)]
  end
end
