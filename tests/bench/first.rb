# Time from the command to the first example: dtest against RSpec itself.
#   ruby tests/bench/first.rb DTEST PROJECT [RUNS] [-- RSPEC-ARGS]
require "tmpdir"
require_relative "measure"

split = ARGV.index("--") || ARGV.size
args = ARGV[(split + 1)..] || []
dtest, project, runs = ARGV[0...split]
abort "usage: ruby tests/bench/first.rb DTEST PROJECT [RUNS] [-- RSPEC-ARGS]" unless project
hook = ["-r", File.expand_path("first_example.rb", __dir__)]
commands = {
  "rspec" => ["rspec", *hook, *args],
  "dtest" => [File.expand_path(dtest), "-j2", "--bundler", "off", "--no-history", "--format", "quiet", *hook, "--", *args],
}
times = Hash.new { |hash, name| hash[name] = [] }
Dir.mktmpdir do |dir|
  (runs || 11).to_i.times do |index|
    commands.each do |name, command|
      mark = "#{dir}/#{name}#{index}"
      start = Measure.now
      Measure.run(*command, chdir: project, env: { "BENCH_FIRST" => mark })
      times[name] << File.read(mark).to_f - start
    end
  end
end
times.each { |name, list| puts format("%-6s first example after %.3f s (median of %d)", name, Measure.median(list), list.size) }
puts format("difference %.3f s", Measure.median(times["dtest"]) - Measure.median(times["rspec"]))
