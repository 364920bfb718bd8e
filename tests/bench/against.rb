# dtest beside its peers on a suite of sleepers.rb: alternating rounds, medians, ratios to the bound.
#   ruby tests/bench/against.rb DTEST long|boot [ROUNDS [RUNNERS]] [--test-queue PATH] [--only WORD]
# Of each that remembers times there are two runs a round: one that knows nothing, and one after it. parallel_tests is
# Debian's ruby-parallel-tests; test-queue is run from the path of its sources.
require "tmpdir"
require_relative "measure"
require_relative "sleepers"

def option(name) = (at = ARGV.index(name)) && ARGV.slice!(at, 2).last

queue = option("--test-queue")
only = option("--only")
dtest, kind, rounds, runners = ARGV
unless Sleepers::KINDS.key?(kind)
  abort "usage: ruby tests/bench/against.rb DTEST long|boot [ROUNDS [RUNNERS]] [--test-queue PATH] [--only WORD]"
end
rounds = (rounds || 5).to_i
runners = (runners || 16).to_i

run = [File.expand_path(dtest), "-j#{runners}", "--bundler", "off", "--format", "quiet"]
log = "tmp/parallel_runtime_rspec.log"
logged = "--format progress --format ParallelTests::RSpec::RuntimeLogger --out #{log}"
parallel = ["parallel_rspec", "-n", runners.to_s, "spec", "-o", logged]
commands = {
  "dtest, first run" => run, "dtest, with history" => run,
  "parallel_tests, first run" => parallel, "parallel_tests, with its log" => parallel
}
if queue
  command = ["ruby", "-I", "#{queue}/lib", "#{queue}/bin/rspec-queue", "spec"]
  commands["test-queue, first run"] = commands["test-queue, with its log"] = command
end
commands.select! { |name, _| name.include?(only) } if only

suite = Sleepers.new(kind)
walls = Hash.new { |hash, name| hash[name] = [] }
rounds.times do |round|
  # A new place each round: whoever remembers anything starts with nothing.
  Dir.mktmpdir do |directory|
    suite.write(directory)
    Dir.mkdir("#{directory}/tmp")
    env = { "XDG_STATE_HOME" => "#{directory}/state", "TEST_QUEUE_WORKERS" => runners.to_s, "SPEC_OPTS" => nil,
            "TEST_QUEUE_STATS" => "#{directory}/queue.stats", "PARALLEL_TESTS_EXECUTABLE" => "rspec" }
    commands.each do |name, words|
      cost = Measure.run(*words, chdir: directory, env: env)
      abort "#{name}: exit #{cost.status}; see `#{words.join(" ")}`" unless cost.status.zero?
      walls[name] << cost.wall
      warn format("%d %-30s wall %6.2f s  cpu %6.2f s  load %s", round + 1, name, cost.wall, cost.cpu,
                  File.read("/proc/loadavg")[/\S+/])
    end
  end
end
bound = suite.bound.secs(runners)
puts suite, format("%d runners, bound %.2f s; medians of %d rounds", runners, bound, rounds)
walls.each do |name, list|
  middle = Measure.median(list)
  puts format("%-30s %6.2f s  %.2f x the bound  (%.2f to %.2f)", name, middle, middle / bound, *list.minmax)
end
