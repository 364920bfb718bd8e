# frozen_string_literal: true

require "socket"

# A program: ruby tcp_relay.rb SEED DELAY PORT=HOST:PORT...
# Takes connections at each port of this host and carries them on. Each piece is late by up to DELAY seconds, in order.
# At SIGUSR1 every connection that there is goes silent for ever, without being closed; others come to pass.
class TcpRelay
  PIECE = 16_384

  def initialize(seed, delay)
    @random = Random.new(seed)
    @delay = delay
    @silent = 0
    @born = 0
  end

  def run(doors)
    Signal.trap(:USR1) { @silent = @born }
    servers = doors.map { |port, host, to| [TCPServer.new("127.0.0.1", port), host, to] }
    $stdout.puts "ready"
    $stdout.flush
    servers.map { |server, host, to| Thread.new { loop { take(server.accept, host, to) } } }.each(&:join)
  end

  private

  def take(near, host, port)
    number = @born += 1
    Thread.new do
      far = Socket.tcp(host, port, connect_timeout: 30)
      [[near, far], [far, near]].each { |from, to| carry(from, to, number) }
    rescue SystemCallError
      near.close
    end
  end

  def carry(from, to, number)
    pieces = Queue.new
    Thread.new { read(from, pieces, number) }
    Thread.new { write(to, pieces, number) }
  end

  def silent?(number)
    number <= @silent
  end

  def read(from, pieces, number)
    loop do
      piece = from.readpartial(PIECE)
      sleep if silent?(number)
      pieces << [now + @random.rand * @delay, piece]
    end
  rescue IOError, SystemCallError
    sleep if silent?(number)
    pieces << nil
  end

  def write(to, pieces, number)
    while (late, piece = pieces.pop)
      sleep [late - now, 0].max
      sleep if silent?(number)
      to.write(piece)
    end
  rescue IOError, SystemCallError
    nil
  ensure
    to.close unless silent?(number)
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end

seed, delay, *doors = ARGV
doors = doors.map { |door| door.match(/\A(\d+)=(.+):(\d+)\z/).captures }
TcpRelay.new(Integer(seed), Float(delay)).run(doors.map { |port, host, to| [Integer(port), host, Integer(to)] })
