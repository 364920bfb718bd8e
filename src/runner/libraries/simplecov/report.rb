# frozen_string_literal: true

require "stringio"
require_relative "../../captured"
require_relative "../../text"

module Distributest
  # SimpleCov's report of the whole run: what it says goes to the screen, and a
  # threshold that was missed is an error of the run.
  class SimpleCovReport
    # The broker waits ten seconds for exit handlers after each word from them.
    BEAT = 2
    BEATS = 150
    CODA = /\ASimpleCov failed with exit|\AStopped processing SimpleCov/

    def initialize(channel)
      @channel = channel
    end

    def make(earlier, lost, &tasks)
      say_lost(lost) unless lost.empty?
      @said = ::StringIO.new
      @complained = ::StringIO.new
      failure = beating { listening(&tasks) }
      say("info", @said.string)
      complaint = @complained.string.lines.grep_v(CODA).join
      return say("warn", complaint) unless failure && (earlier.zero? || failure.is_a?(::Exception))
      error(failure, complaint)
    end

    private

    # The status that SimpleCov would end the process with, where it is not 0, or what it raised.
    def listening
      stdout, stderr = $stdout, $stderr
      $stdout, $stderr = @said, @complained
      yield
      nil
    rescue ::SystemExit => e
      e.status unless e.status.zero?
    rescue ::StandardError, ::ScriptError => e
      e
    ensure
      $stdout, $stderr = stdout, stderr
      $stdout.print(@said.string)
      $stderr.print(@complained.string)
    end

    def beating
      reader, writer = Captured::PIPE.call
      beat = ::Thread.new do
        BEATS.times do
          break if Captured::SELECT.call([reader], nil, nil, BEAT)
          @channel.say("k" => "loading", "f" => "coverage")
        end
      end
      yield
    ensure
      writer&.close
      beat&.join
    end

    def say(level, text)
      text = text.strip
      @channel.say("k" => "notice", "level" => level, "text" => Text.clean(text)) unless text.empty?
    end

    def error(failure, complaint)
      raised = failure.is_a?(::Exception)
      text = [complaint.strip, (failure.message if raised)].compact.reject(&:empty?).join("\n")
      text = "SimpleCov ended with exit code #{failure}" if text.empty?
      trace = raised ? failure.backtrace.to_a.first(20).map { |line| Text.clean(line, 1024) } : []
      name = raised ? failure.class.name.to_s : "SimpleCov"
      @channel.say("k" => "error", "where" => "SimpleCov",
                   "exc" => [{ "class" => name, "msg" => Text.clean(text), "bt" => trace }])
    end

    def say_lost(lost)
      more = lost.size > 3 ? " and #{lost.size - 3} more files" : ""
      say("warn", "coverage of #{lost.first(3).join(", ")}#{more} is missing: their runner ended before it stored it")
    end
  end
end
