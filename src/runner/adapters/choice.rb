# frozen_string_literal: true

require_relative "../failure"
require_relative "evidence"
require_relative "test_files"

module Distributest
  # Which adapters a run needs: RSpec for spec/, XunitAdapter for test/ (and
  # for spec/ where a project uses Minitest there), both where there are both.
  class Choice
    KNOWN = %w[auto rspec minitest test-unit].freeze
    TITLES = { "rspec" => "RSpec", "minitest" => "Minitest", "test-unit" => "Test::Unit" }.freeze

    def initialize(options, project)
      @options = options
      @project = Text.path(project)
      @evidence = Evidence.new(project)
      @framework = options["framework"] || "auto"
      raise Failure, "unknown test framework: #{@framework} (known: #{KNOWN.join(", ")})" unless KNOWN.include?(@framework)
    end

    def adapters
      named.each { |name| relative(name) }
      chosen = named.empty? ? by_folders : by_names
      chosen = by_empty_folder if chosen.empty? && named.empty?
      return chosen unless chosen.empty?
      raise Failure, "no test framework found: looked for .rspec, spec/**/*_spec.rb and test/**/#{@evidence.names} in " \
                     "#{@project}; name the files, or use --framework"
    end

    private

    def named
      @options["paths"] || []
    end

    def by_folders
      return [rspec(nil)] if @framework == "rspec"
      return [xunit([], xunit_folders(theirs))] unless @framework == "auto"
      adapters = []
      adapters << rspec(nil) if rspec_here?
      folders = xunit_folders(spec_is_rspec? ? %w[test] : %w[test spec])
      adapters << xunit([], folders) if folders.any? { |folder| xunit_here?(folder) }
      adapters
    end

    # RSpec's files are left out where there are others.
    def theirs
      spec_is_rspec? && @evidence.any?("test", TestFiles::NAMES) ? %w[test] : %w[test spec]
    end

    # It would hold tests: then nothing matches, which is not the same as no framework.
    def by_empty_folder
      return [rspec(nil)] if ::File.directory?(::File.join(@project, "spec"))
      @evidence.any?("test", Evidence::HELPERS) ? [xunit([], %w[test])] : []
    end

    def xunit_folders(folders)
      found = folders.select { |folder| ::File.directory?(::File.join(@project, folder)) }
      found.empty? ? folders.first(1) : found
    end

    # A .rspec without spec/ may say where the files are; not so where test/ is somebody else's.
    def rspec_here?
      return spec_is_rspec? if @evidence.any?("spec", "*.rb")
      @evidence.dot_rspec? && !(@evidence.any?("test", @evidence.names) && xunit_here?("test"))
    end

    def xunit_here?(folder)
      return false unless @evidence.any?(folder, @evidence.names)
      signs = @evidence.signs(folder).keys
      signs.empty? || signs != ["rspec"]
    end

    def spec_is_rspec?
      return true if @evidence.dot_rspec?
      signs = @evidence.signs("spec")
      return true if signs.empty? && !only_minitest_listed?
      signs.key?("rspec") || (signs.keys & %w[minitest test-unit]).empty? && !only_minitest_listed?
    end

    def only_minitest_listed?
      listed = @evidence.listed
      listed.include?("minitest") && !listed.include?("rspec")
    end

    def by_names
      return [rspec(nil)] if @framework == "rspec"
      return [xunit(named, %w[test spec])] unless @framework == "auto"
      theirs = named.select { |name| rspec_path?(name) }
      ours = named.select { |name| xunit_path?(name) }
      adapters = []
      adapters << rspec(theirs) unless theirs.empty?
      adapters << xunit(ours, spec_is_rspec? ? %w[test] : %w[test spec]) unless ours.empty?
      adapters
    end

    def rspec_path?(name)
      return true if name.end_with?("]")
      path = relative(name)
      return rspec_file?(path) unless ::File.directory?(::File.expand_path(path, @project))
      return spec_is_rspec? if path == "spec" || path.start_with?("spec/")
      @evidence.any?(path, "*_spec.rb") && (path == "." ? rspec_here? : !xunit_path?(name))
    end

    def rspec_file?(path)
      signs = @evidence.signs_of_file(path)
      return spec_is_rspec? if path.start_with?("spec/")
      return signs.include?("rspec") || (signs.empty? && spec_is_rspec?) if path.end_with?("_spec.rb")
      signs == ["rspec"]
    end

    def xunit_path?(name)
      path = relative(name)
      return !rspec_path?(name) unless ::File.directory?(::File.expand_path(path, @project))
      return !spec_is_rspec? if path == "spec" || path.start_with?("spec/")
      return xunit_here?(path) unless path == "."
      xunit_here?("test") || (@evidence.any?("spec", @evidence.names) && !spec_is_rspec?)
    end

    def relative(name)
      path, = TestFiles.split(name)
      whole = ::File.expand_path(path, @project)
      return "." if whole == @project
      return whole.delete_prefix(@project + "/") if whole.start_with?(@project + "/")
      raise Failure.new("#{path} is outside of the project #{@project}: name what is in it, or run dtest in the other " \
                        "directory (-C DIR)", 64)
    end

    def rspec(paths)
      require_relative "rspec"
      RspecAdapter.new(paths ? @options.merge("paths" => paths) : @options, @project)
    end

    def xunit(paths, folders)
      require_relative "xunit"
      require_relative "minitest"
      require_relative "test_unit"
      files = TestFiles.new(@options, @project, paths, folders, @evidence.names)
      known = [MinitestAdapter.new(@options, @project), TestUnitAdapter.new(@options, @project)]
      return forced(files, known) unless @framework == "auto"
      names = guess(files.paths, folders)
      XunitAdapter.new(@options, @project, files, known.select { |one| names.include?(one.name) }, known)
    end

    def forced(files, known)
      XunitAdapter.new(@options, @project, files, known.select { |one| one.name == @framework })
    end

    # What the files to run and the helpers say, else what the project lists, else what is installed.
    def guess(paths, folders)
      signs = paths.first(Evidence::ENOUGH).flat_map { |path| @evidence.signs_of_file(path) }.uniq
      signs |= folders.flat_map { |folder| @evidence.signs_of_helpers(folder) }
      signs &= %w[minitest test-unit]
      signs = @evidence.listed & %w[minitest test-unit] if signs.empty?
      signs.empty? ? ["minitest"] : signs
    end
  end
end
