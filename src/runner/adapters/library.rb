# frozen_string_literal: true

module Distributest
  # A gem that the project will load by itself: which version that would be,
  # without loading it, for the project may still choose another.
  class Library
    def initialize(gem, feature)
      @gem = gem
      @feature = feature
    end

    # What Bundler or the project has activated, else what `require` would find; nil when there is nothing, and
    # empty when nobody can tell.
    def version
      active = ::Gem.loaded_specs[@gem] if defined?(::Gem)
      return active.version.to_s if active
      return written(own) if own
      specification && specification.version.to_s
    end

    # A gem, or a file on the load path, as in the project of the framework itself.
    def present?
      own || specification ? true : false
    end

    # Why it cannot be used, and what to do; nil when it can.
    def missing(title)
      return if present?
      return "#{title} is not in the project's bundle: add gem '#{@gem}' to the Gemfile and run `bundle install`" if bundled?
      "#{title} is not installed for ruby #{RUBY_VERSION}: add gem '#{@gem}' to the Gemfile and run " \
        "`bundle install`, or run `gem install #{@gem}`"
    end

    private

    def specification
      return unless defined?(::Gem)
      ::Gem.loaded_specs[@gem] || (::Gem::Specification.find_by_name(@gem) unless bundled?)
    rescue ::LoadError
      nil
    end

    # A bundle hides the gems that are not in it.
    def bundled?
      defined?(::Bundler) && ENV.key?("BUNDLE_BIN_PATH")
    end

    def own
      found = $LOAD_PATH.map { |directory| ::File.join(directory.to_s, "#{@feature}.rb") }
      found.find { |file| ::File.file?(file) }
    end

    def written(file)
      place = [file, file.sub(/\.rb\z/, "/version.rb")].select { |one| ::File.file?(one) }
      place.map { |one| ::File.read(one, :mode => "rb")[/\bVERSION\s*=\s*["']([^"']+)/, 1] }.compact.first.to_s.encode("UTF-8")
    end
  end
end
