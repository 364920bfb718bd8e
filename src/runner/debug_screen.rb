# frozen_string_literal: true

require_relative "captured"

module Distributest
  # What a runner would send to its broker, as text on the terminal.
  class DebugScreen
    LEAVING = %w[Interrupt SystemExit].freeze
    WORDS = { "passed" => "PASSED", "failed" => "FAILED", "pending" => "PENDING" }.freeze

    # left: the exception by which a person left, with Ctrl-C or the debugger's quit; the rest is not run.
    attr_reader :count, :left
    attr_writer :path

    def initialize
      @pid = Captured::PID.call
      @count = 0
      @names = {}
    end

    def bad?
      @bad
    end

    def own?
      Captured::PID.call == @pid
    end

    def size
      0
    end

    def queue(message)
      return unless own?
      case message["k"]
      when "list" then message["x"].each { |id, line, name| @names[id] = "#{@path}:#{line}  #{name}" }
      when "begin" then start(message["id"])
      when "example" then verdict(message)
      when "error" then error(message)
      when "notice" then put("note", message["text"]) unless message["level"] == "info"
      end
    end
    alias say queue

    def flush; end

    def not_loaded(path, exceptions)
      @bad = true
      put("FAILED", "#{path} did not load")
      exceptions.each { |one| exception(one) }
      leave(exceptions)
    end

    def failure(text)
      write($stderr, "dtest debug: #{text}\n")
    end

    private

    def start(id)
      put("debug", @names[id] || id) unless @left
    end

    def verdict(message)
      return if @left
      @count += 1
      exceptions = message["exc"].to_a
      @bad = true unless %w[passed pending].include?(message["status"])
      put(WORDS[message["status"]] || "ERROR", [message["pend"], took(message)].compact.join("  "))
      exceptions.each { |one| exception(one) }
      leave(exceptions)
    end

    def took(message)
      format("%.2fs", message["secs_us"] / 1e6)
    end

    def leave(exceptions)
      @left = exceptions.map { |one| one["class"] }.find { |name| LEAVING.include?(name) }
      return unless @left
      ::RSpec.world.wants_to_quit = true if defined?(::RSpec) && ::RSpec.respond_to?(:world)
    end

    def error(message)
      @bad = true
      return if @left
      put("ERROR", "in #{message["where"]}, outside of the examples")
      message["exc"].to_a.each { |one| exception(one) }
    end

    def exception(one, label = "")
      lines = "#{label}#{one["class"]}: #{one["msg"]}".lines.map(&:chomp)
      lines += one["diff"].lines.map(&:chomp) if one["diff"]
      lines += one["bt"].to_a.map { |line| "at #{line}" }
      write(Captured::STDOUT, lines.map { |line| "         #{line}".rstrip + "\n" }.join)
      one["cause"].to_a.each { |cause| exception(cause, "caused by ") }
    end

    def put(word, text)
      write(Captured::STDOUT, "#{word.ljust(8)} #{text.to_s.gsub("\n", "\n         ")}".rstrip + "\n")
    end

    def write(io, text)
      Captured::IO_WRITE.bind_call(io, text)
      Captured::IO_FLUSH.bind_call(io)
    rescue ::SystemCallError, ::IOError
      nil
    end
  end
end
