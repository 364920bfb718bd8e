# frozen_string_literal: true

require_relative "../captured"
require_relative "../clock"
require_relative "../failure"
require_relative "exceptions"
require_relative "test_files"
require_relative "xunit/account"
require_relative "xunit/loading"
require_relative "xunit/name_choice"
require_relative "xunit/selection"
require_relative "xunit/tests"

module Distributest
  # Test files in which one or several xUnit frameworks define tests, behind
  # the adapter interface. A file is loaded once, by `require` as rake does,
  # and then each framework that it has brought is asked for its tests, so a
  # folder may mix them. A framework is an object that answers this:
  #
  #   new(options, project)      loads nothing
  #   name, title, version       "minitest", "Minitest"; version of the library, as far as is known before it is loaded
  #   missing                    why it cannot be used, for people, or nil (Library helps with this and `version`)
  #   own_seed                   a seed that its arguments or environment ask for, or nil
  #   exceptions                 an Exceptions of its own
  #   loaded?                    the project has loaded its library
  #   brings?(error)             optional: a file knew nothing of the library, which its own way of running loads first;
  #                              true when it is loaded now
  #   calm                       after each file once it is loaded: it must run nothing by itself when the process ends
  #   classes                    its test classes in order of definition, a list that only grows
  #   tests(klass)               [XunitTest...]: all of them, unfiltered, in a fixed order
  #   settle(seed) { |text| }    all is loaded: plugins, its own arguments (options["args"]); Failure
  #   chosen(tests)              what its arguments leave of the tests of one file, in the order of their run
  #   arm                        in a runner, before the first test
  #   suite(report) { }          what it does around a whole run
  #   run(tests, account)        runs these (`chosen`, of one file) and tells an XunitAccount: `began`, `ended`,
  #                              `outside`; a SystemExit or Interrupt of a test is a failure of it, but a child that
  #                              a test forks (`account.own?` is false) must really end
  #   suite_failure              [exception...] or nil
  #   report=                    where errors outside of tests go between items
  class XunitAdapter
    Loaded = Struct.new(:time, :exceptions)

    # `wanted`: frameworks that the project seems to use; `all`: those that may turn up while files load.
    def initialize(options, project, files, wanted, all = wanted)
      @given = options
      @project = project
      @test_files = files
      @wanted = wanted
      @all = all
      @loaded = {}
      @exceptions = Exceptions.new(project)
    end

    def prepare
      reasons = @wanted.map(&:missing)
      raise Failure, reasons.compact.first if reasons.all?
      # Before there is a plan: a run that nothing can mend has no rest to go on with.
      @wanted.each { |one| NameChoice.new(@given["args"] || [], one.title).arguments }
    end

    def configure
      own = %w[lib test spec].map { |name| ::File.join(@project, name) }.select { |path| ::File.directory?(path) }
      given = (@given["includes"] || []).map { |path| ::File.expand_path(path, @project) }
      $LOAD_PATH.unshift(*(given + own).uniq)
      @absolute = files.map { |path| [@test_files.absolute(path), path] }.to_h
      @tests = XunitTests.new(@absolute, @all)
      @seed = @given["seed"] || @wanted.map(&:own_seed).compact.first || @given["default_seed"]
      (@given["requires"] || []).each { |name| XunitLoading.require_given(name, @project) }
    end

    attr_reader :seed

    # RSpec's global methods are not for its files.
    def xunit?
      true
    end

    def frameworks
      @wanted.map { |one| [one.name, one.version.to_s] }
    end

    def files
      @test_files.paths
    end

    def looked_for
      @test_files.looked_for
    end

    def load(file)
      start = Clock.now
      exception = @tests.watch(file) { XunitLoading.attempt(@test_files.absolute(file), @wanted) }
      present.each(&:calm)
      meet_late_comers if @settled
      @loaded[file] = Loaded.new(Clock.now - start, exception && @exceptions.describe(exception))
    end

    def settle(&remark)
      present.each { |one| one.settle(seed, &remark) }
      settled = present
      unless (surprising = (@tests.frameworks - @wanted)).empty?
        surprising.each { |one| yield "#{one.title} #{one.version} defines tests here as well" }
      end
      @settled = settled
      yield "none of the files defines a test of #{@all.map(&:title).join(" or ")}" if nothing?
      files.each { |file| check_lines(file) if loaded?(file) && !failure(file) && @test_files.lines(file) }
    end

    def arm
      present.each(&:arm)
      @armed = present
    end

    def suite(report, &block)
      @report = report
      @armed.reverse.inject(block) { |inner, one| proc { one.suite(report, &inner) } }.call
    end

    def report=(report)
      @report = report
      present.each { |one| one.report = report }
    end

    def loaded?(file)
      @loaded.key?(file)
    end

    def load_time(file)
      @loaded[file].time
    end

    # A suite hook of one framework is nothing to the tests of another.
    def failure(file)
      @loaded[file].exceptions || @tests.of(file).map(&:framework).uniq.map(&:suite_failure).compact.first
    end

    def suite_failure; end

    def select(file, ids)
      lines = @test_files.lines(file)
      tests = @tests.of(file).group_by(&:framework).flat_map { |one, some| one.chosen(some) }
      tests = tests & XunitSelection.at_lines(tests, lines, @test_files.absolute(file)) if lines
      XunitSelection.new(tests, ids)
    end

    def run(selection, report)
      selection.missing.each do |id|
        report.error("selection", @exceptions.own("Distributest::NoSuchExample", "no test has the id #{id}"))
      end
      selection.by_framework.each { |one, tests| run_with(one, tests, report) }
    end

    private

    def present
      @all.select(&:loaded?)
    end

    # Files that are not loaded yet may have some, and those that cannot be speak for themselves.
    def nothing?
      files.any? && files.all? { |file| loaded?(file) && @loaded[file].exceptions.nil? && @tests.of(file).empty? }
    end

    # A file that was not loaded with the others may bring a framework.
    def meet_late_comers
      late = present - (@settled || [])
      late.each { |one| one.settle(seed) {} }
      @settled = present
      return unless @armed
      (present - @armed).each(&:arm)
      @armed = present
    end

    def run_with(framework, tests, report)
      account = XunitAccount.new(tests, report, framework.exceptions, @project)
      cause = nil
      begin
        framework.run(tests, account)
      rescue ::Exception => e # rubocop:disable Lint/RescueException
        raise unless account.survives?(e)
        cause = e
        account.outside("a test class", e)
      end
      account.close(cause)
    end

    def check_lines(file)
      tests = @tests.of(file)
      @test_files.lines(file).each do |line|
        next unless XunitSelection.at_lines(tests, [line], @test_files.absolute(file)).empty?
        raise Failure.new("no test stands at or before #{file}:#{line}", 64)
      end
    end
  end
end
