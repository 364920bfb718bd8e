# frozen_string_literal: true

require_relative "bundle"
require_relative "captured"
require_relative "channel"
require_relative "environment"
require_relative "failure"
require_relative "handler_watch"
require_relative "libraries"
require_relative "msgpack"
require_relative "output"
require_relative "parent"
require_relative "rebirth"
require_relative "runner"
require_relative "session"

module Distributest
  # Loads the project once and forks the runners.
  class BootProcess
    # Threads that start again after a fork when they are needed: Timeout's, the listen gem's for Rails' file
    # watcher, concurrent-ruby's pools; or that nothing waits for: its cleaner.
    HARMLESS = %r{Timeout|\Alisten-|concurrent/(?:executor|atomic/ruby_thread_local_var)}.freeze

    def initialize(jobs, outcomes, rebirth)
      @rebirth = rebirth
      @start = Clock.now
      name = ::File.basename(jobs)
      @channel = Channel.new(jobs, outcomes, 0, name[/\.(\d+)\z/, 1].to_i, sent: rebirth.sent)
      Exits.watch(@channel)
    end

    # Ends when the broker says so, or is gone, or in each runner.
    def live
      Parent.follow
      @channel.say("k" => "hello", "pid" => Captured::PID.call, "ruby" => RUBY_VERSION)
      Captured::TRAP.call("INT") {}
      return unless (options = @rebirth.options || hear_boot)
      try_to_boot(options)
      serve
    rescue Failure => e
      @channel.say({ "k" => "bootfail", "why" => Text.clean(e.message), "code" => e.code }.merge(Output.tail))
      e.code
    end

    private

    def hear_boot
      message = @channel.hear
      message = @channel.hear while message && !%w[boot quit].include?(message["k"])
      message if message && message["k"] == "boot"
    end

    # What the framework itself raises is why there is no run; the whole of it is in the output.
    def try_to_boot(options)
      boot(options)
    rescue Failure, Zmtp::Gone
      raise
    rescue ::StandardError, ::ScriptError => e
      $stderr.puts(e.full_message(highlight: false))
      raise Failure.new("#{e.class}: #{e.message} (#{e.backtrace&.first})", 1)
    end

    def boot(options)
      @options = options
      project = ::Dir.pwd
      Environment.apply(options["env"] || {})
      @deferred = options["defer"] || []
      options["default_seed"] ||= rand(0x10000)
      Captured::TITLE.call("dtest boot: #{project}")
      Bundle.set_up(options["bundler"] || "auto", project)
      @session = Session.new(options, project)
      @session.channel = @channel
      Libraries.tell(:prepare, @session)
      @session.adapter.prepare
      @preload = preload(options)
      load_here(project) if @preload == "on"
      say_loaded
    end

    def preload(options)
      return "framework" if @rebirth.options
      %w[framework off].include?(options["preload"]) ? "framework" : "on"
    end

    def load_here(project)
      reads = []
      begin
        handler = HandlerWatch.first(project) { Environment.watch(project, reads) { load_all } }
      rescue Failure => e
        failure = e
      end
      why = why_not(reads, failure) if (@options["preload"] || "auto") == "auto"
      start_over(why) if why
      raise failure if failure
      tell_of(handler) if handler && @options["preload"] != "on"
    end

    def tell_of(handler)
      @channel.say("k" => "notice", "level" => "info",
                   "text" => "the exit handler at #{handler} runs once, in the boot process, where no test runs " \
                             "(--preload=off runs it in each runner, --preload=on says nothing)")
    end

    # Why a fork of this process would not do, or nil.
    def why_not(reads, failure)
      read(*reads.first) || (thread unless failure) || Libraries.obstacle(@session, failure && failure.message)
    end

    def read(name = nil, place = nil)
      name && "#{name} is read at #{place} while the project loads, and differs between runners"
    end

    def thread
      place = strange_thread
      place && "a thread is running after the project was loaded (#{place})"
    end

    def load_all
      @session.configure(@channel)
      @session.load(@channel, @deferred)
      Libraries.tell(:loaded, @session)
    end

    def strange_thread
      other = (::Thread.list - [::Thread.current]).find { |thread| !harmless?(thread) }
      other && (other.name || other.inspect[%r{[^\s@/]+\.rb:\d+}] || "unnamed")
    end

    def harmless?(thread)
      thread.thread_variable_get(:fork_safe) || HARMLESS.match?(thread.name.to_s) || HARMLESS.match?(thread.inspect)
    end

    def start_over(why)
      @channel.say("k" => "notice", "level" => "info",
                   "text" => "#{why}: each runner loads the project itself (--preload=on loads it once)")
      Output.flush
      @rebirth.again(@options, @channel.sent)
    end

    def say_loaded
      files = @preload == "on" ? @session.adapter.files.count { |path| @session.adapter.loaded?(path) } : 0
      Output.flush # what was printed so far stands before what runners print
      @channel.say("k" => "loaded", "secs_us" => Clock.now - @start, "preload" => @preload, "files" => files)
      # What is old by now is not copied again in each runner.
      3.times { ::GC.start } if @preload == "on"
    end

    def serve
      while (message = @channel.hear)
        return leave if message["k"] == "quit"
        next unless message["k"] == "fork"
        return Runner.new(message, @session).live(@preload != "on", message["defer"] || @deferred) if runner?(message)
      end
    end

    def leave
      Libraries.tell(:left)
      nil
    end

    # Forks twice, so that the guardian becomes the runner's parent. True in
    # the runner; the boot process says who it is.
    def runner?(order)
      Output.flush
      # Bytes, whatever encoding the project has set.
      reader, writer = Captured::PIPE.call.each(&:binmode)
      Exits.hold
      between = Captured::FORK.call
      return middle(reader, writer) unless between
      Exits.release
      writer.close
      pid = reader.read(4).to_s.unpack1("N")
      reader.close
      Captured::WAIT.call(between)
      raise Failure, "cannot fork a runner" unless pid
      @channel.say("k" => "forked", "s" => order["s"], "i" => order["i"], "pid" => pid)
      false
    end

    def middle(reader, writer)
      Exits.seal
      middle = Captured::PID.call
      unless (pid = Captured::FORK.call)
        writer.close
        @channel.close
        Parent.await_change(middle, reader)
        Parent.follow
        # The guardian finds what a dead runner leaves behind by its session.
        Captured::SETSID.call
        reader.close
        return true
      end
      Captured::IO_WRITE.bind_call(writer, [pid].pack("N"))
    ensure
      Captured::EXIT_NOW.call(0) if Captured::PID.call == middle
    end
  end
end
