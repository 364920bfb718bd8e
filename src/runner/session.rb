# frozen_string_literal: true

require_relative "clock"
require_relative "text"
require_relative "adapters/adapter"

module Distributest
  # The run as the options describe it, and its framework: configured and
  # loaded in the boot process, or in each runner.
  class Session
    attr_reader :adapter, :options, :project
    # How this process talks to the broker.
    attr_accessor :channel

    def initialize(options, project)
      @options = options
      @project = project
      @adapter = Adapters.choose(options, project)
    end

    # One example on somebody's terminal, not in a runner.
    def debugging?
      @options["mode"] == "debug"
    end

    def listing?
      @options["mode"] == "list"
    end

    def configure(channel)
      @adapter.configure
      plan(channel)
    end

    def load(channel, deferred)
      @adapter.files.each do |path|
        next if deferred.include?(path)
        channel.say("k" => "loading", "f" => path)
        @adapter.load(path)
      end
      @adapter.settle { |text| channel.queue("k" => "notice", "text" => Text.clean(text), "level" => "info") }
      channel.flush
    end

    # The project's own hook, .distributest/after_fork.rb.
    def after_fork
      hook = @options["hooks"].to_h["after_fork"]
      return unless hook
      @channel&.say("k" => "loading", "f" => hook[%r{[^/]+\z}], "hook" => "after_fork")
      ::Kernel.load(hook)
    rescue ::SystemExit => e
      # What `abort` said.
      raise Failure.new("#{hook} called exit(#{e.status})#{": #{e.message}" unless e.message == "exit"}", 78)
    rescue ::StandardError, ::ScriptError => e
      $stderr.puts(e.full_message(highlight: false))
      raise Failure.new("#{hook} failed: #{e.class}: #{e.message}", 78)
    end

    private

    def plan(channel)
      parts = Text.parts(@adapter.files)
      parts.each_with_index do |files, part|
        message = { "k" => "plan", "part" => part, "more" => part + 1 < parts.size, "files" => files }
        message.update(header) if part.zero?
        channel.queue(message)
      end
      say_nothing_matches(channel) if @adapter.files.empty?
      channel.flush
    end

    def say_nothing_matches(channel)
      channel.queue("k" => "notice", "text" => Text.clean("no file matches #{@adapter.looked_for}"), "level" => "warn")
    end

    def header
      {
        "fw" => @adapter.frameworks.flatten.map { |text| Text.utf8(text) }, "ruby" => RUBY_VERSION,
        "seed" => @adapter.seed, "mode" => @options["mode"] || "run"
      }
    end
  end
end
