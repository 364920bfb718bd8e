# frozen_string_literal: true

# ruby tests/parity/real.rb --dtest PATH --under DIR [--runners 1,2,4] [--seeds 1,42,4711] [--times N] [--bundle yes|no]
#        [NAME...]
#
# Runs the projects of projects.yml that are checked out under DIR, without and with a bundle, by their framework's own
# serial run and under dtest, on each seed and with each number of runners; prints each test whose verdicts differ, and
# a table with medians of N times. Ends with 1 when something differs. Two serial runs are compared as well.

require "optparse"
require_relative "comparison"
require_relative "dtest_run"
require_relative "real_project"
require_relative "xunit_serial_run"

# All runs of one project, in one way.
class RealRuns
  def initialize(project, bundle, options)
    @project = project
    @bundle = bundle
    @options = options
    @serial = {}
    @times = Hash.new { |times, what| times[what] = [] }
    @different = Hash.new(0)
  end

  def call
    @options[:seeds].each { |seed| compare_serial(seed) }
    @options[:seeds].product(@options[:runners]).each { |seed, runners| compare(seed, runners) }
    measure
    self
  end

  def differences
    @different.reject { |what, _| what == "serial" }.values.sum
  end

  def row
    way = @bundle ? "with a bundle" : "without"
    counts = [*@options[:runners], "serial"].map { |what| @different[what] }
    seconds = ["serial", *@options[:runners]].map { |what| format("%.1f", median(@times[what])) }
    ["", @project.name, @project.version, way, *@sizes, *counts, *seconds, ""].join(" | ").strip
  end

  private

  # What differs between two serial runs of one seed, and the order aside, differs by itself.
  def compare_serial(seed)
    @serial[seed] = serial(seed)
    tell("serial again, seed #{seed}", "serial", serial(seed).verdicts, @serial[seed].verdicts)
  end

  def compare(seed, runners)
    run = dtest(seed, runners)
    @sizes = [run.log.files.size, run.log.verdicts.size]
    run.log.problems.each { |problem| trouble("EVENTS #{problem}") }
    run.remains.each { |what| trouble("LEFT #{what}") }
    puts run.output.lines.last(20) if run.log.verdicts.empty?
    tell("#{runners} runners, seed #{seed}", runners, run.log.verdicts, @serial[seed].verdicts)
  end

  def trouble(text)
    puts text
    @different["trouble"] += 1
  end

  def tell(what, key, ours, theirs)
    comparison = Comparison.new(ours, theirs)
    @different[key] += comparison.differences.size
    puts "#{@project.name}#{' with a bundle' if @bundle}, #{what}: #{ours.size} and #{theirs.size} verdicts, " \
         "#{comparison.differences.size} differ"
    puts comparison.table(40) unless comparison.differences.empty?
  end

  def measure
    seed = @options[:seeds].first
    (@options[:times] - @options[:seeds].size).times do
      serial(seed)
      @options[:runners].each { |runners| dtest(seed, runners) }
    end
  end

  def serial(seed)
    options = { seed: seed, env: @project.serial_environment(@bundle) }
    timed("serial") do
      next SerialRun.new(@project.path, **options) if @project.framework == "rspec"
      XunitSerialRun.new(@project.path, framework: @project.framework, files: @project.files, **options)
    end
  end

  def dtest(seed, runners)
    timed(runners) do
      DtestRun.new(@options[:dtest], @project.path, runners: runners, seed: seed, flags: @project.flags(@bundle),
                                                    env: @project.environment(@bundle))
    end
  end

  def timed(what)
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    yield.tap { @times[what] << Process.clock_gettime(Process::CLOCK_MONOTONIC) - start }
  end

  def median(times)
    times.sort[times.size / 2]
  end
end

options = { runners: [1, 2, 4], seeds: [1, 42, 4711], times: 3, bundles: [false, true], dtest: ENV["DTEST"] }
names = OptionParser.new do |parser|
  parser.on("--dtest PATH") { |path| options[:dtest] = File.expand_path(path) }
  parser.on("--under DIR") { |directory| options[:under] = directory }
  parser.on("--runners LIST", Array) { |list| options[:runners] = list.map(&:to_i) }
  parser.on("--seeds LIST", Array) { |list| options[:seeds] = list.map(&:to_i) }
  parser.on("--bundle WAY", %w[yes no]) { |way| options[:bundles] = [way == "yes"] }
  parser.on("--times N", Integer) { |number| options[:times] = number }
end.parse(ARGV)
abort "real: name dtest with --dtest or DTEST" unless options[:dtest]
abort "real: say where the projects are with --under" unless options[:under]

$stdout.sync = true
projects = RealProject.all(options[:under]).select { |one| one.there? && (names.empty? || names.include?(one.name)) }
ways = projects.flat_map { |project| (project.bundles & options[:bundles]).map { |bundle| [project, bundle] } }
runs = ways.map { |project, bundle| RealRuns.new(project, bundle, options).call }
columns = ["project", "version", "bundle", "files", "tests", *options[:runners].map { |n| "differ on #{n}" },
           "by itself", "serial s", *options[:runners].map { |n| "#{n} runners s" }]
puts "| #{columns.join(' | ')} |", "|#{'---|' * columns.size}", runs.map { |run| "#{run.row} |".sub(/\| \|\z/, "|") }
exit runs.sum(&:differences).zero?
