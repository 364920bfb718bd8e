# frozen_string_literal: true

require_relative "../../exits"
require_relative "../../failure"
require_relative "../exceptions"

module Distributest
  # Brings in what the project has written, whatever that raises.
  module XunitLoading
    module_function

    # What a test file raised, or nil. A framework may bring its library for files that only use it.
    def attempt(absolute, frameworks)
      absolute.end_with?(".rb") ? ::Kernel.require(absolute) : ::Kernel.load(absolute)
      nil
    rescue ::NameError => e
      frameworks.any? { |one| one.respond_to?(:brings?) && one.brings?(e) } ? attempt(absolute, frameworks) : e
    rescue ::Exception => e # rubocop:disable Lint/RescueException
      Exits.let_through(e)
      e
    end

    def require_given(name, project)
      file = ::File.expand_path(name, project)
      ::Kernel.require(::File.file?(file) || ::File.file?("#{file}.rb") ? file : name)
    rescue ::SystemExit => e
      raise Failure.new("#{name} (from --require) called exit(#{e.status})", 1)
    rescue ::StandardError, ::ScriptError => e
      trace = (e.backtrace || []).reject { |line| line.start_with?(*Exceptions::OURS) }.first(20).map { |line| "  # #{line}" }
      raise Failure.new(["#{name} (from --require): #{e.class}: #{e.message}", *trace].join("\n"), 1)
    end
  end
end
