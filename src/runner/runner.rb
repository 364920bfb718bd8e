# frozen_string_literal: true

require_relative "captured"
require_relative "channel"
require_relative "clock"
require_relative "environment"
require_relative "exits"
require_relative "libraries"
require_relative "output"
require_relative "report"
require_relative "session"
require_relative "text"

module Distributest
  # One runner, from its fork to its end: takes an item, runs it, says so.
  class Runner
    def initialize(order, session)
      @session = session
      @adapter = session.adapter
      @slot = order["s"]
      title("starting")
      Environment.apply(order["env"] || {})
      own_tmpdir(order["tmp"]) if order["tmp"]
      @output = Output.new(order["out"])
      @channel = session.channel = Channel.new(order["j"], order["o"], @slot, order["i"])
      Stacks.watch(order["out"], @slot, session.project, *session.options.values_at("timeout_us", "hook_timeout_us"))
      Exits.open(@channel)
      # Ctrl-C in the terminal is the master's business.
      Captured::TRAP.call("INT") {}
    end

    # `whole`: nothing is preloaded, everything happens here.
    def live(whole, deferred)
      @channel.queue("k" => "hello", "pid" => Captured::PID.call, "ruby" => RUBY_VERSION)
      whole ? load_all(deferred) : Libraries.tell(:forked, @session, @slot)
      Libraries.tell(:begun, @session, @slot)
      @session.after_fork
      @adapter.arm
      remember
      ready
      title("idle")
      serve
      part if @channel.own?
      0
    rescue Failure => e
      @channel.say("k" => "bootfail", "why" => Text.clean(e.message), "code" => e.code)
      e.code
    end

    private

    # The suite hooks are through.
    def part
      @channel.say("k" => "loading", "f" => "exit handlers", "hook" => "exit_handlers")
      Libraries.tell(:leaving)
    end

    def own_tmpdir(path)
      ::Dir.mkdir(path, 0o700) unless ::File.directory?(path)
      ENV["TMPDIR"] = path
    rescue ::SystemCallError
      nil
    end

    # Watched for what libraries want to know; the environment is right already.
    def load_all(deferred)
      Environment.watch(@session.project) do
        @session.configure(@channel)
        @session.load(@channel, deferred)
      end
      Libraries.tell(:alone, @session, @slot)
    end

    def ready
      message = { "k" => "ready", "rss_kb" => Clock.resident_kb }
      databases = @session.listing? ? [] : Libraries.databases
      message["db"] = databases unless databases.empty?
      @channel.say(message)
    end

    def remember
      @home = ::Dir.pwd
      @stdout = $stdout
      @stderr = $stderr
    end

    def restore
      @channel.repair
      $stdout = @stdout
      $stderr = @stderr
      @output.repair
      Captured::CHDIR.call(@home)
    rescue ::SystemCallError
      nil
    end

    def serve
      return unless (message = next_item)
      return listing(message) if @session.listing?
      @adapter.suite(Report.new(@channel, @output)) do
        while message
          work(message)
          message = next_item
        end
        # From here on errors belong to the run and to no item.
        @adapter.report = Report.new(@channel, @output) if @channel.own?
      end
    end

    def listing(message)
      while message
        work(message)
        message = next_item
      end
    end

    # The next item, or nil when there will be none: after `quit`, without a
    # broker, or in a child that a test forked and that came back here.
    def next_item
      while (message = hear)
        return message if message["k"] == "item" && fresh?(message)
        return if message["k"] == "quit"
      end
    end

    def hear
      message = @channel.hear do
        title("idle")
        Stacks.rest
      end
      Stacks.moved
      message
    end

    # One that was sent again, on a new connection, may have come before.
    def fresh?(message)
      name = message.values_at("item", "a")
      (@taken ||= {}).key?(name) ? false : @taken[name] = true
    end

    def work(message)
      path = message["f"]
      title(path)
      start = Clock.now
      cpu = Clock.cpu
      report = Report.new(@channel, @output, message["item"], message["a"])
      load_late(path) unless @adapter.loaded?(path)
      exceptions = @adapter.failure(path) || @adapter.suite_failure
      exceptions ? report.list([]) : run(path, message["x"], report)
      restore
      report.done(result(path, start, cpu, exceptions))
      Libraries.tell(:after_item, message, exceptions || report.bad?) unless @session.listing?
    end

    def load_late(path)
      @channel.say("k" => "loading", "f" => path)
      @adapter.load(path)
    end

    def run(path, ids, report)
      selection = @adapter.select(path, ids)
      report.list(selection.list)
      @adapter.run(selection, report) unless @session.listing?
    end

    def result(path, start, cpu, exceptions)
      fields = {
        "outcome" => exceptions ? "load_error" : "done",
        "secs_us" => Clock.now - start, "cpu_us" => Clock.cpu - cpu,
        "load_us" => @adapter.load_time(path), "rss_kb" => resident_kb
      }
      fields["exc"] = exceptions if exceptions
      fields
    end

    # Looked up ten times a second at most: it costs as much as a small example.
    def resident_kb
      now = Clock.now
      return @resident if @looked && now - @looked < 100_000
      @looked = now
      @resident = Clock.resident_kb
    end

    def title(what)
      Captured::TITLE.call("dtest runner #{@slot}: #{what}")
    end
  end
end
