# frozen_string_literal: true

require_relative "failure"

module Distributest
  # The project's bundle, set up as `bundle exec` would.
  module Bundle
    module_function

    def set_up(mode, project)
      return if mode == "off" || !wanted?(project)
      require "bundler"
      ::Bundler.setup
    rescue ::LoadError, ::StandardError, ::SystemExit => e
      raise Failure, missing if e.is_a?(::LoadError) && e.path == "bundler"
      raise Failure, "the bundle cannot be used: #{e.message.strip}\nRun `bundle install`, or use --bundler off."
    end

    def missing
      "this project has a Gemfile, and Bundler is not installed for ruby #{RUBY_VERSION}: " \
        "install it, or use --bundler off"
    end

    def wanted?(project)
      ENV.key?("BUNDLE_GEMFILE") || %w[Gemfile gems.rb].any? { |name| ::File.exist?(::File.join(project, name)) }
    end
  end
end
