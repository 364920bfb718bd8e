# frozen_string_literal: true

require_relative "failure"

module Distributest
  # The project's bundle, set up as `bundle exec` would, but for one thing:
  # its lock file is read and never written.
  module Bundle
    # What to do about each of Bundler's errors, by its class.
    REMEDIES = {
      "GemNotFound" => "Run `bundle install`", "GitError" => "Run `bundle install`",
      "VersionConflict" => "Run `bundle install`", "SolveFailure" => "Run `bundle install`",
      "GemfileError" => "Correct the Gemfile", "DSLError" => "Correct the Gemfile",
      "GemfileEvalError" => "Correct the Gemfile",
      "GemfileNotFound" => "Set BUNDLE_GEMFILE to a Gemfile that exists, or unset it",
      "RubyVersionMismatch" => "Name that Ruby with --ruby, or in .ruby-version",
      "PathError" => "Correct the path in the Gemfile",
      "ProductionError" => "Bring it up to date: `bundle config set frozen false && bundle install`",
      "LockfileError" => "Correct the lock file"
    }.freeze
    NAMES = %w[Gemfile gems.rb].freeze
    LONGEST = 600

    module_function

    def set_up(mode, project)
      return if mode == "off" || !wanted?(project)
      require "bundler"
      leave_the_lock { ::Bundler.setup }
    rescue ::LoadError, ::StandardError, ::ScriptError, ::SystemExit => e
      raise Failure, missing if e.is_a?(::LoadError) && e.path == "bundler"
      raise Failure, "the bundle cannot be used: #{reason(e)}\n#{remedy(e)}, or use --bundler off."
    end

    # Bundler brings the lock file up to date in passing: with the platform of
    # this machine, or with what a changed Gemfile resolves to.
    def leave_the_lock
      return yield unless ::Bundler::Definition.respond_to?(:no_lock=)
      before = ::Bundler::Definition.no_lock
      ::Bundler::Definition.no_lock = true
      yield
    ensure
      ::Bundler::Definition.no_lock = before if ::Bundler::Definition.respond_to?(:no_lock=)
    end

    def missing
      "this project has a Gemfile, and Bundler is not installed for ruby #{RUBY_VERSION}: " \
        "install it, or use --bundler off"
    end

    # As Bundler looks for it, but not above the repository: a Gemfile in
    # somebody's home directory is not that of every project below it.
    def wanted?(project)
      return true if ENV.key?("BUNDLE_GEMFILE")
      return NAMES.any? { |name| ::File.exist?(::File.join(project, name)) } unless (top = repository(project))
      directory = project
      until NAMES.any? { |name| ::File.exist?(::File.join(directory, name)) }
        return false if directory == top
        directory = ::File.dirname(directory)
      end
      true
    end

    def repository(directory)
      until ::File.exist?(::File.join(directory, ".git"))
        above = ::File.dirname(directory)
        return if above == directory
        directory = above
      end
      directory
    end

    # Its first sentences: those before a listing of the Gemfile, and without
    # the advice of `bundle`'s own.
    def reason(error)
      # It speaks of installing.
      return "it is frozen, and its lock file is not what the Gemfile asks for" if error.class.name =~ /ProductionError\z/
      text = error.message.to_s.strip.delete_prefix("[!] ").sub(/ Bundler cannot continue\..*/m, place(error))
      text = text.split(/\n\s*\n/).first(2).join(" ").gsub(/\s+/, " ")
      text = text.sub(/ (?:Please )?[Rr]un `bundle install`(?: before| elsewhere|\.).*/, "")
      text = "#{error.class}" if text.empty?
      text.length > LONGEST ? "#{text[0, LONGEST]}..." : text
    end

    def place(error)
      line = error.message[/^ #\s+from (.+:\d+)/, 1]
      line ? " (#{line.delete_prefix("#{::Dir.pwd}/")})" : ""
    end

    def remedy(error)
      names = error.class.ancestors.map { |type| type.name.to_s[/\w+\z/] }
      found = names.find { |name| REMEDIES.key?(name) }
      found ? REMEDIES[found] : "Run `bundle install`"
    end
  end
end
