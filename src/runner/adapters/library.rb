# frozen_string_literal: true

module Distributest
  # A gem that the project will load by itself: which version that would be,
  # without loading it, for the project may still choose another.
  class Library
    def initialize(gem, feature)
      @gem = gem
      @feature = feature
    end

    # What Bundler or the project has activated, else what `require` would find; nil when there is nothing.
    def version
      return unless present?
      return said_by_files || "" if on_load_path?
      specification = specification()
      specification ? specification.version.to_s : ""
    end

    # A gem, or a file on the load path, as in the project of the framework itself.
    def present?
      return true if on_load_path? || specification
      false
    end

    private

    def specification
      return unless defined?(::Gem)
      ::Gem.loaded_specs[@gem] || (::Gem::Specification.find_by_name(@gem) unless bundled?)
    rescue ::LoadError
      nil
    end

    def bundled?
      defined?(::Bundler) && ::Bundler.respond_to?(:setup) && ENV.key?("BUNDLE_BIN_PATH")
    end

    def on_load_path?
      directory ? true : false
    end

    def directory
      $LOAD_PATH.find { |directory| ::File.file?(::File.join(directory.to_s, "#{@feature}.rb")) }
    end

    def said_by_files
      files = ["#{@feature}/version.rb", "#{@feature}.rb"].map { |name| ::File.join(directory.to_s, name) }
      files.select { |file| ::File.file?(file) }.map { |file| ::File.read(file)[/\bVERSION\s*=\s*["']([^"']+)/, 1] }.compact.first
    end
  end
end
