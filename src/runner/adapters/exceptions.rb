# frozen_string_literal: true

require_relative "../text"

module Distributest
  # Exceptions as the wire has them (protocol 6.1). Each framework knows best
  # what it bundles (`parts`), which lines it would show (`chosen`) and where
  # the difference between two values stands (`split`).
  class Exceptions
    LINES = 200
    CAUSES = 5
    BUDGET = 192 * 1024
    # Our own frames; boot.rb may have been started through a link.
    OURS = [::File.expand_path("..", __dir__) + "/", ("#{$PROGRAM_NAME}:" if $PROGRAM_NAME.end_with?("/boot.rb"))].compact.freeze

    def initialize(project)
      @inside = project + "/"
    end

    # One entry for each exception: those that a framework bundles are taken apart.
    def describe(*exceptions)
      entries = exceptions.flat_map { |one| flatten(one) }.map { |one| entry(one, CAUSES) }
      left = BUDGET
      kept = entries.take_while { |one| (left -= weight(one)) > 0 }
      kept = entries.first(1) if kept.empty?
      more = entries.size - kept.size
      kept << { "class" => "Distributest::More", "msg" => "#{more} more failures are not shown", "bt" => [] } if more > 0
      kept
    end

    def own(kind, message)
      [{ "class" => kind, "msg" => Text.clean(message), "bt" => [] }]
    end

    private

    # What stands for this exception, or nil when it stands for itself.
    def parts(_exception); end

    # The lines of a backtrace that the framework would show.
    def chosen(trace)
      trace
    end

    # [message, diff or nil]
    def split(message)
      [message, nil]
    end

    def flatten(exception)
      inner = parts(exception)
      return [exception] if inner.nil? || inner.empty?
      inner.flat_map { |one| one.equal?(exception) ? [one] : flatten(one) }
    end

    def entry(exception, causes)
      trace = (exception.backtrace || []).reject { |line| line.start_with?(*OURS) }
      message, diff = split(message(exception))
      fields = { "class" => Text.clean(name(exception), Text::NAME), "msg" => message, "bt" => lines(trace) }
      fields["diff"] = diff if diff
      place = location(trace)
      fields["loc"] = place if place
      cause = exception.cause
      fields["cause"] = [entry(cause, causes - 1)] if cause && causes > 0 && !cause.equal?(exception)
      fields
    end

    def name(exception)
      exception.class.name || exception.class.to_s
    end

    def message(exception)
      text = Text.clean(exception.message)
      return text unless ::SystemExit === exception
      called = "called exit(#{exception.status})"
      text == "exit" || text.empty? ? called : "#{called}: #{text}"
    rescue ::StandardError, ::ScriptError => e
      "(its message raised #{e.class})"
    end

    # The framework's own choice of lines, or all of them where it leaves none. Those of the project are told as RSpec
    # tells them: it may lie elsewhere on this node than where people read them.
    def lines(trace)
      some = chosen(trace)
      some = trace if some.empty?
      some.first(LINES).map do |line|
        Text.clean(line.start_with?(@inside) ? "./#{line.delete_prefix(@inside)}" : line, 1024)
      end
    end

    def location(trace)
      line = trace.find { |one| inside?(one) }
      return unless line
      place = (line.start_with?(@inside) ? line.delete_prefix(@inside) : line.delete_prefix("./"))[/\A.*?:\d+/]
      place && Text.clean(place, Text::ID)
    end

    def inside?(line)
      (line.start_with?(@inside) || line.start_with?("./")) && !line.include?("/vendor/bundle/")
    end

    def weight(entry)
      size = entry["msg"].bytesize + entry["bt"].sum(&:bytesize) + entry["diff"].to_s.bytesize
      entry["cause"] ? size + entry["cause"].sum { |one| weight(one) } : size
    end
  end
end
