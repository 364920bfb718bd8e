# What dtest costs on a real RSpec project, against RSpec's own serial run: alternating runs, medians, ratios.
#   ruby tests/bench/suite.rb DTEST PROJECT [RUNS] [-- RSPEC-ARGS]
require_relative "measure"

split = ARGV.index("--") || ARGV.size
args = ARGV[(split + 1)..] || []
dtest, project, runs = ARGV[0...split]
abort "usage: ruby tests/bench/suite.rb DTEST PROJECT [RUNS] [-- RSPEC-ARGS]" unless project
dtest = File.expand_path(dtest)
runs = (runs || 5).to_i
seed = %w[--seed 4711]
env = { "SPEC_OPTS" => nil }
common = ["--bundler", "off", "--no-history", "--format", "quiet", *seed]

commands = {
  "boot" => ["rspec", "-r", File.expand_path("stop_at_suite.rb", __dir__), *seed, *args],
  "serial" => ["rspec", *seed, *args],
  "dtest -j1" => [dtest, "-j1", *common, "--", *args],
  "dtest -j2" => [dtest, "-j2", *common, "--", *args],
}
costs = Hash.new { |hash, name| hash[name] = [] }
runs.times do |index|
  commands.each do |name, command|
    cost = Measure.run(*command, chdir: project, env: env)
    costs[name] << cost
    warn format("%d %-10s wall %7.2f  cpu %7.2f  exit %s", index + 1, name, cost.wall, cost.cpu, cost.status)
  end
end
wall = costs.transform_values { |list| Measure.median(list.map(&:wall)) }
cpu = costs.transform_values { |list| Measure.median(list.map(&:cpu)) }
bound = cpu["boot"] + (cpu["serial"] - cpu["boot"]) / 2
puts "medians of #{runs} alternating runs"
commands.each_key { |name| puts format("%-10s wall %7.2f s  cpu %7.2f s", name, wall[name], cpu[name]) }
puts format("CPU of dtest -j1 / serial                      %.3f", cpu["dtest -j1"] / cpu["serial"])
puts format("wall of dtest -j2 / (boot + (CPU - boot) / 2)  %.3f", wall["dtest -j2"] / bound)
puts format("wall of serial / dtest -j2                     %.2f", wall["serial"] / wall["dtest -j2"])
