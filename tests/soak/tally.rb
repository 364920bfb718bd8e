# frozen_string_literal: true

# What the runs of a soak add up to.
class Tally
  # A table of descriptors is read while runners are replaced: only what grows by more than those of one counts.
  NOISE = 8
  SAMPLES = 8

  def initialize
    @sums = Hash.new(0)
    @kinds = Hash.new(0)
    @memory = Hash.new { |all, part| all[part] = [] }
    @descriptors = Hash.new { |all, part| all[part] = [] }
  end

  def add(load)
    @sums[:runs] += 1
    @sums[:files] += load.files
    @sums[:examples] += load.examples
    load.injected.each { |fault| @kinds[fault.sub(/ in .*/, "")] += 1 }
    load.found.each { |kind, number| @sums[kind] += number }
    @sums[:bad] += 1 unless load.problems.empty?
    load.problems.each { |problem| puts "BAD #{load}\n    #{problem}" }
    grow(load)
    $stdout.flush
    self
  end

  def report
    puts "growth is the most of a run's second half less the most of its first"
    puts "faults by kind: #{@kinds.sort_by { |_, times| -times }.map { |kind, times| "#{kind} #{times}" }.join(", ")}"
    @memory.each do |part, growth|
      puts "#{part}: memory #{summary(growth)} KiB, " \
           "descriptors #{summary(@descriptors[part])} (#{growth.size} runs of at least #{SAMPLES} s)"
    end
    puts format("%<runs>d runs, %<files>d files, %<examples>d verdicts, %<faults>d faults; %<lost>d lost, " \
                "%<doubled>d doubled, %<wrong>d wrong, %<leaked>d leaked descriptors, %<bad>d bad runs: %<word>s",
                numbers)
  end

  def clean?
    @sums[:bad].zero? && leaked.zero?
  end

  private

  def numbers
    keys = %i[runs files examples lost doubled wrong bad].to_h { |key| [key, @sums[key]] }
    keys.merge(faults: @kinds.values.sum, leaked: leaked, word: clean? ? "clean" : "NOT CLEAN")
  end

  def grow(load)
    load.growth.each do |part, samples|
      next if samples.size < SAMPLES
      halves = samples.each_slice((samples.size + 1) / 2).map(&:transpose)
      @descriptors[part] << halves[1][0].max - halves[0][0].max
      @memory[part] << halves[1][1].max - halves[0][1].max
    end
  end

  def leaked
    @descriptors.values.flatten.select { |growth| growth > NOISE }.sum
  end

  def summary(growth)
    sorted = growth.sort
    format("%+d median, %+d most", sorted[sorted.size / 2], sorted.last)
  end
end
