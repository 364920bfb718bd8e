# frozen_string_literal: true

require "stringio"
require_relative "../../failure"
require_relative "../xunit/name_choice"

module Distributest
  # Minitest's own reading of its arguments, plugins' included, without what
  # belongs to the master: nothing of it is printed.
  class MinitestOptions
    SEED = /\A(?:-s|--seed(?:=|\z))(.*)\z/m.freeze

    attr_reader :filters

    def initialize(options)
      @arguments = (options["args"] || []).map(&:dup)
    end

    # What the arguments or the environment ask for.
    def seed
      at = @arguments.rindex { |one| SEED =~ one }
      text = at && (SEED.match(@arguments[at])[1][/.+/m] || @arguments[at + 1])
      text ||= ENV["SEED"]
      Integer(text, 10) if text && text =~ /\A\s*\d+\s*\z/
    end

    # As Minitest.run does it, up to its reporters.
    def read(seed, &remark)
      plain = NameChoice.new(@arguments, "Minitest").arguments(&remark)
      ::Minitest.load_plugins if load_plugins?(plain)
      options = quietly { ::Minitest.process_args(plain + ["--seed", seed.to_s]) }
      options[:io] = ::StringIO.new
      ::Minitest.seed = options[:seed] if ::Minitest.respond_to?(:seed=) # from 5.16 on
      @filters = options
      check_patterns(options)
      start_plugins(options)
    end

    private

    # Minitest makes expressions of them when it needs them: for each class.
    def check_patterns(options)
      options.values_at(:filter, :exclude).grep(%r{/(.*)/}) { ::Regexp.new(::Regexp.last_match(1)) }
    rescue ::RegexpError => e
      raise Failure.new("minitest cannot use this pattern: #{e.message}", 64)
    end

    def load_plugins?(arguments)
      !(arguments.delete("--no-plugins") || ENV["MT_NO_PLUGINS"]) && ::Minitest.respond_to?(:load_plugins)
    end

    def quietly
      out = $stdout
      $stdout = said = ::StringIO.new
      yield
    rescue ::SystemExit, ::StandardError => e
      reason = said.string.lines.map(&:strip).find { |line| !line.empty? } || e.message
      raise Failure, "minitest does not accept its options: #{reason}"
    ensure
      $stdout = out
    end

    # They may hook anything but the screen.
    def start_plugins(options)
      reporter = ::Minitest::CompositeReporter.new
      reporter << ::Minitest::SummaryReporter.new(options[:io], options)
      reporter << ::Minitest::ProgressReporter.new(options[:io], options)
      ::Minitest.reporter = reporter
      ::Minitest.init_plugins(options)
      ::Minitest.reporter = nil
    end
  end
end
