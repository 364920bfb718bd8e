# frozen_string_literal: true

require_relative "../text"

module Distributest
  # Which test files a project of an xUnit framework has: what the user named
  # (PATH[:LINE...]), or what the framework and Rails would find by themselves.
  class TestFiles
    NAMES = "{test_*,spec_*,*_test,*_spec}.rb"
    # The style of Test::Unit's own collector, which names the program that runs them all likewise.
    DASHED = "{test_*,spec_*,*_test,*_spec,test-*,*-test}.rb"
    RUN = %r{(\A|/)run[-_]?tests?\.rb\z}.freeze
    HELPER = %r{(\A|/)(test|spec|minitest|rails|system)[-_]helpers?\.rb\z}.freeze
    # `rails test` leaves out the first two; fixtures are files for tests.
    LEFT_OUT = %r{\A(test|spec)/(system|dummy)/|(\A|/)(fixtures|node_modules|vendor/bundle)/}.freeze

    # `named`: what the user asked for; `places`: where to look otherwise.
    def initialize(options, project, named, places, names = NAMES)
      @names = names
      @project = project
      @patterns = options["patterns"] || []
      @excludes = options["excludes"] || []
      @named = named
      @places = places
      @lines = {}
      @paths = find
    end

    # Relative to the project.
    attr_reader :paths

    # The lines that the user gave with this path, or nil for all of it.
    def lines(path)
      @lines[path]
    end

    def absolute(path)
      Text.path(::File.expand_path(path, @project))
    end

    # Where test files would have been found, for people.
    def looked_for
      return "#{@patterns.join(", ")} in #{@project}" if @named.empty? && @patterns.any?
      @named.empty? ? @places.map { |place| "#{place}/**/#{@names}" }.join(", ") : @named.join(", ")
    end

    # PATH:LINE:LINE -> [PATH, [LINE, LINE]]
    def self.split(name)
      numbers = name[/(:\d+)+\z/]
      return [name, nil] unless numbers
      [name[0...-numbers.size], numbers.split(":").drop(1).map(&:to_i)]
    end

    private

    def find
      found = @named.empty? ? by_default : @named.flat_map { |name| by_name(name) }
      found.uniq.reject { |path| excluded?(path) }
    end

    def by_default
      return glob(@patterns) if @patterns.any?
      usual(glob(@places.map { |place| "#{place}/**/#{@names}" }))
    end

    def by_name(name)
      path, lines = TestFiles.split(name)
      path = relative(path)
      return in_directory(path) if ::File.directory?(absolute(path))
      whole = @lines.key?(path) && @lines[path].nil?
      @lines[path] = whole || lines.nil? ? nil : (@lines[path] || []) | lines
      [path]
    end

    # All of the project is what it would be without a name.
    def in_directory(path)
      return by_default if path == "."
      found = @patterns.any? ? glob(@patterns) : glob(["**/#{@names}"], path)
      prefix = path + "/"
      found = found.select { |file| file.start_with?(prefix) }
      found.reject! { |file| HELPER =~ file || LEFT_OUT =~ file.delete_prefix(prefix) }
      %w[test spec].include?(path) ? usual(found) : found
    end

    def usual(paths)
      paths.reject { |path| HELPER =~ path || LEFT_OUT =~ path || (@names == DASHED && RUN =~ path) }
    end

    def glob(patterns, within = ".")
      directory = absolute(within)
      found = ::Dir.glob(patterns.map { |one| ::File.join(escape(directory), one) }).select { |file| ::File.file?(file) }
      found.map { |file| relative(Text.path(file)) }.sort
    end

    # A directory's name is no pattern, whatever is in it.
    def escape(directory)
      directory.gsub(/[\\*?\[\]{}]/) { |letter| "\\#{letter}" }
    end

    def excluded?(path)
      @excludes.any? { |one| ::File.fnmatch?(one, path, ::File::FNM_PATHNAME | ::File::FNM_EXTGLOB) }
    end

    def relative(path)
      whole = absolute(path)
      return "." if whole == @project
      return Text.path(whole.delete_prefix(@project + "/")) if whole.start_with?(@project + "/")
      raise Failure.new("#{path} is outside of the project #{@project}", 64)
    end
  end
end
