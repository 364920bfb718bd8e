# frozen_string_literal: true

require_relative "clock"
require_relative "text"

module Distributest
  # What an adapter says about one attempt at one item, as messages. An
  # example waits in the channel for the next one's `begin`: one write for both.
  class Report
    GOOD = %w[passed pending].freeze

    attr_reader :count

    def initialize(channel, output, item = nil, attempt = nil)
      @channel = channel
      @output = output
      @item = item
      @attempt = attempt
      @count = 0
    end

    # entries: [[id, line, name]...]. Leaves with the first `begin`, or with `done`.
    def list(entries)
      parts = Text.parts(entries)
      parts.each_with_index do |part, number|
        queue("k" => "list", "part" => number, "more" => number + 1 < parts.size, "x" => part)
      end
    end

    def begin(id)
      # Between two examples nothing runs but RSpec, unless there was a flush.
      @before = @after || @output.size
      queue("k" => "begin", "id" => id)
      @channel.flush
      @cpu = Clock.cpu
      @start = Clock.now
    end

    def example(fields)
      fields["secs_us"] = Clock.now - @start
      fields["cpu_us"] = Clock.cpu - @cpu
      fields["o0"] = @before
      fields["o1"] = @after = @output.size
      @count += 1
      @bad = true unless GOOD.include?(fields["status"])
      fields["k"] = "example"
      queue(fields)
    end

    # An example that was announced and never began.
    def skipped(fields)
      self.begin(fields["id"])
      example(fields)
    end

    def error(where, exceptions)
      @bad = true
      queue("k" => "error", "where" => where, "exc" => exceptions)
      @channel.flush
    end

    def notice(text, level = "info")
      queue("k" => "notice", "text" => Text.clean(text), "level" => level)
      @channel.flush
    end

    def done(fields)
      fields["k"] = "done"
      fields["count"] = @count
      queue(fields)
      @channel.flush
    end

    # Called where the project's own code may run outside of examples.
    def flush
      @after = nil
      @channel.flush
    end

    # Whether something failed.
    def bad?
      @bad
    end

    def own?
      @channel.own?
    end

    private

    def queue(message)
      if @item
        message["item"] = @item
        message["a"] = @attempt
      end
      @channel.queue(message)
    end
  end
end
