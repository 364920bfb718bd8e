# frozen_string_literal: true

require_relative "captured"
require_relative "msgpack"
require_relative "stacks"
require_relative "zmtp"

module Distributest
  # Both sockets of one process: what it hears (J) and what it says (O).
  # Only the process that made it speaks: a child that a test forks has the
  # same sockets and must stay silent.
  class Channel
    VERSION = 1
    COALESCE = 64 * 1024

    attr_reader :slot, :incarnation

    # `sent`: how many messages a former life of the process has sent.
    def initialize(jobs, outcomes, slot, incarnation, sent: 0)
      @pid = Captured::PID.call
      @slot = slot
      @incarnation = incarnation
      @number = sent
      @buffer = String.new(encoding: Encoding::BINARY)
      @jobs = Zmtp.new(jobs.sub(%r{\Aipc://}, ""), "PULL")
      @outcomes = Zmtp.new(outcomes.sub(%r{\Aipc://}, ""), "PUB")
    end

    def sent
      @number
    end

    def own?
      Captured::PID.call == @pid
    end

    # Puts a message behind those that wait to be written.
    def queue(message)
      return unless own?
      message["v"] = VERSION
      message["s"] ||= @slot
      message["i"] ||= @incarnation
      message["q"] = (@number += 1)
      @buffer << Zmtp.frame(Msgpack.pack(message))
      flush if @buffer.bytesize > COALESCE
    end

    def flush
      return if @buffer.empty? || !own?
      Captured::EXIT_NOW.call(1) if Stacks.over?
      @outcomes.write(@buffer)
      @buffer.clear
      Stacks.moved
    rescue Zmtp::Gone
      # Nobody listens any more; the guardian is about to end us anyway.
      Captured::EXIT_NOW.call(69)
    end

    def say(message)
      queue(message)
      flush
    end

    # Waits for the next message of the broker; nil when there is none any more. The block is called before it has to
    # wait.
    def hear
      flush
      idle = false
      loop do
        return unless own?
        message = @jobs.receive
        return Msgpack.unpack(message) if message
        next if listen(idle ? nil : 0) || idle
        idle = true
        yield if block_given?
      end
    rescue Zmtp::Gone
      nil
    end

    # Takes both connections up again where a test has taken them away. What
    # the broker had sent on one that is lost it sends again.
    def repair
      return unless own?
      lost = @jobs.ensure_intact
      @outcomes.ensure_intact
      say("k" => "hello", "pid" => @pid, "ruby" => RUBY_VERSION) if lost && @slot.positive?
    end

    def close
      @jobs.close
      @outcomes.close
    end

    private

    # True when something was there within `patience` seconds (nil: for ever).
    def listen(patience)
      repair unless patience
      ready = Captured::SELECT.call([@jobs.io, @outcomes.io], nil, nil, patience)
      return false unless ready
      @jobs.fill if ready.first.include?(@jobs.io)
      return true unless ready.first.include?(@outcomes.io)
      @outcomes.fill
      @outcomes.receive
      true
    rescue ::IOError, ::Errno::EBADF
      false
    end
  end
end
