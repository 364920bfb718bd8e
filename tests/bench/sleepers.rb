# Writes a suite whose tests sleep, so that a few cores stand for many, and prints the least time that it can take.
#   ruby tests/bench/sleepers.rb long|boot DIR [RUNNERS [SEED]]
#   long   200 files in random order, 160 s in all, one of them 20 s (40 examples of 0.5 s)
#   boot   60 files, 40 s in all, and 2 s of CPU in spec_helper.rb
require "fileutils"

class Sleepers
  HELPER = <<~'RUBY'
    # Busy, not asleep: a boot that is paid more than once costs more than once.
    until Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) > %<cpu>s
      Array.new(1000) { |n| n.to_s }.sort
    end
  RUBY
  KINDS = {
    "long" => { files: 199, secs: 140.0, longest: 3.0, extra: [0.5] * 40, boot: 0, order: "random" },
    "boot" => { files: 60, secs: 40.0, longest: 1.5, extra: nil, boot: 2, order: "defined" }
  }.freeze

  # What the suite needs on so many runners, whoever runs it.
  Bound = Struct.new(:boot, :work, :longest) do
    def secs(runners) = boot + [work / runners, longest].max
  end

  def initialize(kind, seed = 1)
    @kind = KINDS.fetch(kind)
    @random = Random.new(seed)
    @files = shares(@kind[:files], @kind[:secs], @kind[:longest]).map { |secs| shares(@random.rand(1..6), secs, 1.0) }
    @files.insert(@random.rand(@files.size), @kind[:extra]) if @kind[:extra]
  end

  # Single examples can be told apart where their order is random; else a file's group stays whole.
  def bound
    parts = @kind[:order] == "random" ? @files.flatten : @files.map(&:sum)
    Bound.new(@kind[:boot].to_f, @files.flatten.sum, parts.max)
  end

  def write(directory)
    FileUtils.mkdir_p("#{directory}/spec")
    File.write("#{directory}/.rspec", "--require ./spec/spec_helper.rb\n--order #{@kind[:order]}\n")
    File.write("#{directory}/spec/spec_helper.rb", format(HELPER, cpu: @kind[:boot]))
    @files.each_with_index { |secs, n| File.write("#{directory}/spec/f#{format("%03d", n)}_spec.rb", spec(n, secs)) }
    self
  end

  def to_s
    format("%d files, %d examples, %.1f s of sleep, the longest part %.1f s, boot %.1f s of CPU", @files.size,
           @files.flatten.size, bound.work, bound.longest, bound.boot)
  end

  private

  # Positive numbers of that sum, none above `most` (as far as that is possible).
  def shares(count, sum, most)
    parts = Array.new(count) { 0.1 - Math.log(1 - @random.rand) }
    4.times do
      scale = sum / parts.sum
      parts.map! { |part| [part * scale, [most, sum.fdiv(count)].max].min }
    end
    parts.map { |part| (part * sum / parts.sum).round(4) }
  end

  def spec(number, secs)
    examples = secs.each_with_index.map { |time, n| "  it('sleeps, time #{n}') { sleep #{time} }\n" }
    "RSpec.describe('file #{number}') do\n#{examples.join}end\n"
  end
end

if $PROGRAM_NAME == __FILE__
  kind, directory, runners, seed = ARGV
  unless Sleepers::KINDS.key?(kind) && directory
    abort "usage: ruby tests/bench/sleepers.rb long|boot DIR [RUNNERS [SEED]]"
  end
  suite = Sleepers.new(kind, (seed || 1).to_i).write(directory)
  runners = (runners || 16).to_i
  puts suite, format("bound on %d runners: %.2f s", runners, suite.bound.secs(runners))
end
