# frozen_string_literal: true

require_relative "../../failure"

module Distributest
  # RSpec's own reading of the command line, .rspec and SPEC_OPTS, without
  # what belongs to the master.
  class RspecOptions
    OWNED = %i[
      formatters deprecation_stream drb drb_port bisect runner fail_fast only_failures
      failure_exit_code error_exit_code profile_examples dry_run color color_mode tty
    ].freeze

    # What other frameworks have under the same letter, so that dtest lets it through.
    REFUSED = { "-n" => "use 'dtest run --fail-fast'", "-v" => "use 'dtest version'" }.freeze
    WITH_VALUE = %w[-e -E -t -I -r -P -O].freeze

    attr_reader :arguments

    def initialize(options)
      @given = options
      @arguments = build
    end

    def configure(config)
      refuse(list("args"))
      read = parse
      disown(read)
      read.configure(config)
    end

    # Helpers set these as well, and what is forced wins over both.
    def force(config)
      config.force(:fail_fast => false, :profile_examples => false, :only_failures => false,
                   :dry_run => @given["mode"] == "list")
    end

    private

    def build
      arguments = list("includes").flat_map { |path| ["-I", path] }
      arguments.concat(list("requires").flat_map { |path| ["-r", path] })
      arguments.push("--pattern", list("patterns").join(",")) unless list("patterns").empty?
      arguments.push("--exclude-pattern", list("excludes").join(",")) unless list("excludes").empty?
      arguments.push("--seed", @given["seed"].to_s) if @given["seed"]
      arguments + list("args") + list("paths")
    end

    def refuse(given)
      given.each_with_index do |argument, at|
        next unless REFUSED.key?(argument) && !WITH_VALUE.include?(given[at - 1])
        raise Failure.new("'#{argument}' cannot be given to RSpec: #{REFUSED[argument]}", 64)
      end
    end

    def list(key)
      @given[key] || []
    end

    def parse
      ::RSpec::Core::ConfigurationOptions.new(@arguments)
    rescue ::SystemExit => e
      raise Failure, "rspec does not accept its options: #{e.message}"
    rescue ::StandardError => e
      raise Failure, "rspec cannot read its options: #{e.message}"
    end

    def disown(read)
      rerun = read.options[:only_failures]
      OWNED.each { |key| read.options.delete(key) }
      return unless rerun
      filters = read.instance_variable_get(:@filter_manager_options) || []
      filters.each { |_, filter| filter.delete(:last_run_status) }
      filters.reject! { |_, filter| filter.empty? }
    end
  end
end
