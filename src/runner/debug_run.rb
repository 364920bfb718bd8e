# frozen_string_literal: true

require_relative "bundle"
require_relative "debug_options"
require_relative "debug_screen"
require_relative "environment"
require_relative "exits"
require_relative "failure"
require_relative "libraries"
require_relative "report"
require_relative "session"

module Distributest
  # The examples that a person chose, once, in this process, on the terminal,
  # with what a runner has: the bundle, the environment, the hook, the
  # libraries' part, the seed. As with preload off, the environment is there
  # before the project loads.
  class DebugRun
    NOTHING = 4
    INTERRUPTED = 130

    def initialize(path)
      @path = path
      @screen = DebugScreen.new
    end

    # The exit code.
    def call
      load
      run
      return INTERRUPTED if @screen.left == "Interrupt"
      return 1 if @screen.bad?
      @screen.count.zero? ? nothing : 0
    rescue Failure => e
      @screen.failure(e.message)
      e.code
    rescue ::Interrupt
      INTERRUPTED
    end

    private

    def load
      options = DebugOptions.read(@path).merge("mode" => "debug")
      surround(options)
      Bundle.set_up(options["bundler"] || "auto", ::Dir.pwd)
      @session = Session.new(options, ::Dir.pwd)
      @session.channel = @screen
      Libraries.tell(:prepare, @session)
      debugger_at_hand
      @session.adapter.prepare
      load_files
    end

    def surround(options)
      Environment.apply(options["env"] || {})
      ENV["TMPDIR"] = options["tmp"] if options["tmp"]
      options["default_seed"] ||= rand(0x10000)
    end

    # debug.gem, where the bundle has it, is loaded when it is called.
    def debugger_at_hand
      require "debug/prelude" unless ::Kernel.private_method_defined?(:debugger) || ::Kernel.method_defined?(:debugger)
    rescue ::LoadError
      nil
    end

    def load_files
      Environment.watch(@session.project) do
        @session.configure(@screen)
        @session.load(@screen, [])
      end
      Libraries.tell(:alone, @session, 1)
      Libraries.tell(:begun, @session, 1)
      @session.after_fork
      @session.adapter.arm
    end

    def run
      adapter = @session.adapter
      adapter.suite(report) do
        adapter.files.each_with_index { |path, item| run_file(path, item) unless @screen.left }
        adapter.report = report
      end
      Libraries.tell(:leaving)
    end

    def run_file(path, item)
      adapter = @session.adapter
      failed = adapter.failure(path)
      return @screen.not_loaded(path, failed) if failed
      return if adapter.suite_failure
      selection = adapter.select(path, nil)
      report = report(item)
      @screen.path = path
      report.list(selection.list)
      adapter.run(selection, report) unless selection.list.empty?
    end

    def report(item = nil)
      Report.new(@screen, @screen, item, item && 1)
    end

    def nothing
      @screen.failure("no example matches #{Array(@session.options["paths"]).join(" ")}")
      NOTHING
    end
  end
end
