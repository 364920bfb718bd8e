# frozen_string_literal: true

# DTEST=/path/to/dtest ruby tests/soak/soak.rb SECONDS [--masters N] [--seed S]
# Runs random suites (RSpec, Minitest, Test::Unit) with random faults for so long, several masters at once, and says
# what became of them. One master runs long suites, to see what grows. The last line is the result; the exit code is 1
# when anything was lost, doubled, wrong or left.
require "optparse"
require_relative "load"
require_relative "tally"

options = { masters: 2, seed: Random.new_seed % 1_000_000 }
OptionParser.new do |flags|
  flags.on("--masters N", Integer) { |number| options[:masters] = number }
  flags.on("--seed S", Integer) { |number| options[:seed] = number }
end.parse!
seconds = Float(ARGV.fetch(0) { abort "usage: ruby tests/soak/soak.rb SECONDS [--masters N] [--seed S]" })

puts "soak of #{seconds.round} s, #{options[:masters]} masters at once, seed #{options[:seed]}"
seeds = Random.new(options[:seed])
tally = Tally.new
lock = Mutex.new
stop = Machine.now + seconds
masters = Array.new(options[:masters]) do |number|
  Thread.new do
    while Machine.now < stop
      load = Load.new(lock.synchronize { seeds.rand(1 << 32) }, number.zero? ? Load::LONG : Load::SHORT)
      load.run
      lock.synchronize { tally.add(load) }
    end
  end
end
masters.each(&:join)
tally.report
exit tally.clean? ? 0 : 1
