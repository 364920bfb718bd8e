# frozen_string_literal: true

# DTEST=/path/to/dtest ruby tests/soak/soak.rb SECONDS [--masters N] [--seed S]
# Runs random suites (RSpec, Minitest, Test::Unit) with random faults for so long, several masters at once, and says
# what became of them. The first master runs long suites, to see what grows; the second one short ones; all others share
# a daemon that stands by itself, over bad links. The last line is the result; the exit code is 1 when anything was
# lost, doubled, wrong or left.
require "optparse"
require_relative "load"
require_relative "long_lived"
require_relative "tally"

options = { masters: 4, seed: Random.new_seed % 1_000_000 }
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
daemon = LongLived.new if options[:masters] > 2
masters = Array.new(options[:masters]) do |number|
  Thread.new do
    while Machine.now < stop
      seed = lock.synchronize { seeds.rand(1 << 32) }
      load = case number
             when 0 then Load.new(seed, Load::LONG)
             when 1 then Load.new(seed, Load::SHORT)
             else Load.new(seed, Load::SHARED, daemon: daemon.directory)
             end
      load.run
      lock.synchronize { tally.add(load) && number > 1 && daemon.used }
    end
  end
end
masters.each(&:join)
daemon&.finish
puts daemon if daemon
daemon&.problems&.each { |problem| puts "BAD #{problem}" }
tally.report
exit tally.clean? && (daemon.nil? || daemon.problems.empty?) ? 0 : 1
