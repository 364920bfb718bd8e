# frozen_string_literal: true

require_relative "../captured"
require_relative "../exits"
require_relative "../failure"
require_relative "../text"
require_relative "rspec/again"
require_relative "rspec/exceptions"
require_relative "rspec/files"
require_relative "rspec/options"
require_relative "rspec/order"
require_relative "rspec/reporting"
require_relative "rspec/selection"
require_relative "rspec/survival"

module Distributest
  # RSpec 3 behind the adapter interface: every verdict is RSpec's own.
  class RspecAdapter
    NOT_TAGS = %i[skip pending].freeze

    attr_reader :suite_failure
    attr_writer :report

    def initialize(options, project)
      @given = options
      @project = project
      @options = RspecOptions.new(options)
      @outside = []
      @remarks = []
      @again = RspecAgain.new
    end

    def prepare
      require "rspec/core"
      ::RSpec::Core::Runner.disable_autorun!
    rescue ::LoadError
      raise Failure, "RSpec is not installed for ruby #{RUBY_VERSION} (tried `require 'rspec/core'`): " \
                     "add gem 'rspec' to the Gemfile and run `bundle install`, or run `gem install rspec`"
    end

    def configure
      # RSpec looks at the name of the program to know its default path.
      $0 = ::RSpec::Core.path_to_executable
      ARGV.replace(@options.arguments)
      @config = ::RSpec.configuration
      @exceptions = RspecExceptions.new(@config, @project)
      @seed_before = ::Random.seed
      propose_seed
      RspecReporting.install(@config, self)
      read_options
      @options.force(@config)
      RspecOrder.install(@config)
      @files = RspecFiles.new(@config.files_to_run, @project, @exceptions)
    end

    def frameworks
      [["rspec", ::RSpec::Core::Version::STRING]]
    end

    def seed
      @config.seed
    end

    def files
      @files.paths
    end

    # Where test files would have been found, for people.
    def looked_for
      places = Array(@given["paths"])
      places = [@config.default_path] if places.empty?
      "#{@config.pattern} in #{places.join(", ")}"
    end

    def load(file)
      @files.load(file)
      return unless @settled
      # A late file: RSpec looked for declaration lines without it.
      lines = :@descending_declaration_line_numbers_by_file
      world.remove_instance_variable(lines) if world.instance_variable_defined?(lines)
      order_files
    end

    def settle
      @options.force(@config)
      @remarks.clear
      world.announce_filters
      @remarks.each { |text| yield text }
      refuse_nothing
      order_files
      @seed_after = ::Random.seed
      @settled = true
    end

    def arm
      RspecContextHooks.adapter = self
      ::RSpec::Core::ExampleGroup.singleton_class.prepend(RspecContextHooks)
      RspecSurvival.arm
    end

    def suite(report)
      @report = report
      calm
      @config.reporter.report(world.example_count) do
        @config.with_suite_hooks do
          @suite_failure = @outside.first if @outside.any?
          yield
        end
      end
    end

    def loaded?(file)
      @files.loaded?(file)
    end

    def load_time(file)
      @files[file].time
    end

    def failure(file)
      @files[file].exceptions
    end

    def select(file, ids)
      RspecSelection.new(@files.groups(file), ids)
    end

    def run(selection, report)
      @report = report
      calm
      reseed
      @open = selection.examples.to_h { |example| [example, true] }.compare_by_identity
      selection.missing.each { |id| report.error("selection", @exceptions.own("Distributest::NoSuchExample", "no example has the id #{id}")) }
      @again.renew(selection.examples)
      cause = nil
      selection.narrow do
        selection.groups.each { |group| cause = run_group(group) || cause }
      end
      close_open(cause)
    ensure
      RspecOrder.forget(@config)
    end

    # From RSpec's reporter:

    def started(example)
      @again.started(example)
      @report.begin(Text.id(example.id)) if @open && @open[example]
    end

    def finished(example)
      return unless @open
      return unaccounted(example) unless @open[example]
      @open[example] = false
      @again.finished(example)
      @report.example(verdict(example))
    end

    def outside(exception, description)
      exceptions = @exceptions.describe(exception)
      @outside << exceptions
      @outside_text = "#{description} #{exception.class}: #{exceptions.first['msg']}"
      @report.error(description[/`([^`']+)`/, 1] || description, exceptions) if @report
    end

    def remark(text)
      return @remarks << text.to_s.strip unless @report
      $stdout.puts(text)
    end

    def flush
      @report.flush if @report
    end

    private

    def world
      ::RSpec.world
    end

    # Runners that configure themselves must agree on a seed, without the
    # random order that `--seed` would bring.
    def propose_seed
      drawn = @given["default_seed"]
      @config.ordering_manager.instance_variable_set(:@seed, drawn) if drawn
    end

    def read_options
      @options.configure(@config)
      return if @outside.empty? && !world.wants_to_quit
      raise Failure.new(complaint, 1)
    rescue ::SystemExit => e
      raise Failure.new(@outside.empty? ? "a required file called exit(#{e.status})" : complaint, 1)
    rescue ::StandardError, ::ScriptError => e
      raise if e.is_a?(Failure)
      @outside << @exceptions.describe(e)
      @outside_text = "#{e.class}: #{e.message}"
      raise Failure.new(complaint, 1)
    end

    # RSpec's own exit code is all that says so. What did not load is counted elsewhere.
    def refuse_nothing
      return unless @config.respond_to?(:fail_if_no_examples) && @config.fail_if_no_examples && world.example_count.zero?
      return if @given["mode"] == "list" || files.empty? || !files.all? { |file| loaded?(file) && !failure(file) }
      raise Failure.new("RSpec has no example to run, and the project says fail_if_no_examples", 1)
    end

    def complaint
      trace = @outside.first.first["bt"].first(20).map { |line| "  # #{line}" }
      [@outside_text, *trace].join("\n")
    end

    def order_files
      @files.sort(world.ordered_example_groups)
    ensure
      RspecOrder.forget(@config)
    end

    # A project that seeds the generator gets the same numbers in each file,
    # whatever ran before. One that does not keeps its chance: equal "random"
    # names in several runners would collide.
    def reseed
      Captured::SRAND.call(@seed_after) unless @seed_after == @seed_before
    end

    def calm
      world.wants_to_quit = false
      world.rspec_is_quitting = false
      @outside.clear
    end

    def run_group(group)
      group.run(@config.reporter)
      nil
    rescue ::Exception => e # rubocop:disable Lint/RescueException
      Exits.let_through(e)
      interrupted(e)
    end

    # A child of a test that came all the way up here must go on and end.
    def interrupted(exception)
      raise exception unless @report.own?
      @report.error("example group", @exceptions.describe(exception))
      exception
    end

    # Defined while the file ran, or given a second verdict by RSpec: there is
    # no place for it in the account, but a failure must not go unseen.
    def unaccounted(example)
      exception = example.execution_result.exception
      @report.error(Text.id(example.id), @exceptions.describe(exception)) if exception
    end

    def close_open(cause)
      left = @open.select { |_, waiting| waiting }.keys
      @open = nil
      return if left.empty?
      why = cause ? @exceptions.describe(cause) : @exceptions.own("Distributest::NotRun", "RSpec was told to quit before this example")
      left.each { |example| @report.skipped(about(example, "error").merge("exc" => why)) }
    end

    def verdict(example)
      result = example.execution_result
      fields = about(example, result.status.to_s)
      fields["exc"] = @exceptions.describe(result.exception) if result.exception
      fields["pend"] = Text.clean(result.pending_message) if result.pending_message
      if result.status == :pending && result.pending_exception
        fields["exc"] = @exceptions.describe(result.pending_exception)
      end
      fields
    end

    def about(example, status)
      data = example.metadata
      fields = {
        "id" => Text.id(example.id), "path" => Text.path(data[:file_path].delete_prefix("./")),
        "line" => data[:line_number], "name" => Text.clean(example.full_description, Text::NAME),
        "desc" => Text.clean(example.description, Text::NAME), "status" => status
      }
      tags = tags(data)
      fields["tags"] = tags if tags
      fields
    end

    def tags(data)
      tags = nil
      data.each_pair do |key, value|
        (tags ||= []) << Text.clean(key.to_s, Text::ID) if true.equal?(value) && !NOT_TAGS.include?(key)
      end
      tags
    end
  end
end
