# frozen_string_literal: true

# ruby tests/parity/compare.rb --dtest PATH [--runners N] [--seed N] [--keep FILE] DIR [DTEST-FLAG...] [-- RSPEC-ARG...]
#
# Runs the project in DIR under dtest and under rspec, on the same seed, and
# prints each example whose verdicts differ. Ends with 1 when there is a
# difference that DIR/expected.yml (`differs`) does not explain, when the event
# file contradicts itself, or when the run left something behind.
# --reference N also compares N further serial runs with the first one, to see
# what differs by itself.

require "optparse"
require "yaml"
require_relative "comparison"
require_relative "dtest_run"
require_relative "serial_run"

# The command line.
class Compare
  def initialize(argv)
    cut = argv.index("--") || argv.size
    @args = argv[(cut + 1)..] || []
    @options = { runners: 2, flags: [], reference: 0, dtest: ENV["DTEST"] }
    rest = parser.parse(argv[0...cut])
    @project = File.expand_path(rest.shift || abort(parser.to_s))
    abort("compare: name dtest with --dtest or DTEST") unless @options[:dtest]
  end

  def call
    ours = timed("dtest") { DtestRun.new(File.expand_path(@options[:dtest]), @project, runners: @options[:runners], seed: seed, args: args, flags: @options[:flags]) }
    theirs = timed("rspec") { serial(ours.log.seed) }
    show(ours, theirs)
    reference(theirs)
    @comparison.unexplained.empty? && ours.log.problems.empty? && ours.remains.empty? ? 0 : 1
  end

  private

  def parser
    @parser ||= OptionParser.new do |opts|
      opts.banner = "usage: compare.rb --dtest PATH [--runners N] [--seed N] [--flag FLAG]... [--reference N] DIR [-- RSPEC-ARG...]"
      opts.on("--dtest PATH") { |path| @options[:dtest] = path }
      opts.on("--runners N", Integer) { |number| @options[:runners] = number }
      opts.on("--seed N", Integer) { |number| @options[:seed] = number }
      opts.on("--flag FLAG", "a flag for dtest, as --flag=--bundler=off") { |flag| @options[:flags] << flag }
      opts.on("--reference N", Integer) { |number| @options[:reference] = number }
    end
  end

  def expected
    file = File.join(@project, "expected.yml")
    @expected ||= File.exist?(file) ? YAML.safe_load(File.read(file)) : {}
  end

  def seed
    @options[:seed] || expected["seed"]
  end

  def args
    (expected["args"] || []) + @args
  end

  def serial(drawn)
    SerialRun.new(@project, args: args, seed: seed, drawn: seed ? nil : drawn)
  end

  def timed(what)
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    result = yield
    seconds = Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
    code = result.status.exitstatus || result.status
    puts format("%-6s %6d examples  %8.1f s  exit %s", what, tally(result).values.sum, seconds, code) + "  #{tally(result)}"
    result
  end

  def tally(result)
    (result.respond_to?(:log) ? result.log : result).statuses.values.tally.sort.to_h
  end

  def show(ours, theirs)
    log = ours.log
    puts "seed   #{log.seed} (rspec #{theirs.seed || 'does not say'})", "files  #{log.files.size}  #{log.files.values.tally}"
    log.problems.each { |problem| puts "EVENTS #{problem}" }
    ours.remains.each { |what| puts "LEFT   #{what}" }
    log.requeued.each { |event| puts "tried again: #{event['path']} (#{event['reason']})" }
    puts "rspec reports an id twice: #{theirs.repeated.first(5).join(', ')}" if theirs.repeated.any?
    tail("dtest", ours.output) if log.verdicts.empty?
    tail("rspec", theirs.output) if theirs.verdicts.empty?
    @comparison = Comparison.new(log.verdicts, theirs.verdicts, expected["differs"])
    puts @comparison.table unless @comparison.differences.empty?
    puts "#{@comparison.differences.size} differences, #{@comparison.unexplained.size} unexplained"
  end

  def tail(what, output)
    puts output.lines.last(15).map { |line| "#{what} | #{line}" }
  end

  def reference(first)
    @options[:reference].times do
      again = timed("again") { serial(first.seed) }
      itself = Comparison.new(again.verdicts, first.verdicts)
      puts itself.table.gsub("dtest  ", "again  ") unless itself.differences.empty?
      puts "#{itself.differences.size} differences between two serial runs"
    end
  end
end

$stdout.sync = true
exit Compare.new(ARGV).call if $PROGRAM_NAME == __FILE__
