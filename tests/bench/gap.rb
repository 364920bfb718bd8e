# The time between two files on one runner: from the end of one file's last example to the begin of the next file's
# first. It has in it what RSpec itself spends between files, which the serial run shows.
#   ruby tests/bench/gap.rb DTEST [FILES]
require "tmpdir"
require_relative "measure"

dtest = File.expand_path(ARGV.fetch(0))
files = (ARGV[1] || 1000).to_i
Dir.mktmpdir do |dir|
  Dir.mkdir("#{dir}/spec")
  files.times do |index|
    File.write("#{dir}/spec/f#{index}_spec.rb", <<~RUBY)
      RSpec.describe("file #{index}") do
        it("runs") do
          begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
          (1..20_000).sum
          File.open("\#{ENV.fetch("BENCH_DIR")}/\#{$$}", "a") { |f| f.puts "\#{begun} \#{Process.clock_gettime(Process::CLOCK_MONOTONIC)}" }
        end
      end
    RUBY
  end
  # Twice: the second run of dtest knows from the first one that the files are short.
  commands = { "rspec" => ["rspec"], "dtest -j1, first run" => [dtest, "-j1", "--format", "quiet"],
               "dtest -j1" => [dtest, "-j1", "--format", "quiet"], "dtest -j2" => [dtest, "-j2", "--format", "quiet"] }
  commands.each do |name, command|
    marks = "#{dir}/#{name.tr(" ", "_")}"
    Dir.mkdir(marks)
    Measure.run(*command, chdir: dir, env: { "BENCH_DIR" => marks, "XDG_STATE_HOME" => "#{dir}/state" })
    gaps = Dir["#{marks}/*"].flat_map do |path|
      File.readlines(path).map { |line| line.split.map(&:to_f) }.each_cons(2).map { |one, two| two[0] - one[1] }
    end
    puts format("%-20s %5d gaps  p50 %.3f ms  p99 %.3f ms", name, gaps.size, 1000 * Measure.median(gaps),
                1000 * Measure.percentile(gaps, 0.99))
  end
end
