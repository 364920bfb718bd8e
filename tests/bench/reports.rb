# What reports of a run cost: CPU of each from the stored run (reading it included), sizes, how fast the page opens.
#   ruby tests/bench/reports.rb DTEST [TIMES [PROJECT]]   # without one: 400 files of 50 examples that do nothing
require "fileutils"
require "json"
require "tmpdir"
require_relative "measure"

FLAGS = %w[junit json-report html tap trace].freeze
BROWSER = %w[chromium chromium-browser google-chrome].find { |name| system("which", name, out: File::NULL) }

def small_examples(root)
  FileUtils.mkdir_p(File.join(root, "spec"))
  400.times do |n|
    body = Array.new(50) { |i| "  it('does what it is told, time #{i}') { #{"raise 'no'" if n % 40 == i} }\n" }
    path = File.join(root, format("spec/thing_%03d_spec.rb", n))
    File.write(path, "RSpec.describe 'Thing #{n}' do\n#{body.join}end\n")
  end
  root
end

def run(command, project, env)
  cost = Measure.run(*command, chdir: project, env: env)
  warn format("%-28s wall %7.2f  cpu %7.2f  exit %s", command[1, 2].join(" "), cost.wall, cost.cpu, cost.status)
  cost
end

# Milliseconds from the start of the navigation until the page is ready, in a browser that is there already.
def opening(page)
  Array.new(3) do
    dom = IO.popen([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                    "--user-data-dir=#{File.dirname(page)}/browser", "--dump-dom", "file://#{page}",
                    { err: File::NULL }], &:read)
    Integer(dom[/data-ready="(\d+)"/, 1])
  end
end

dtest, times, project = ARGV
abort "usage: ruby tests/bench/reports.rb DTEST [TIMES [PROJECT]]" unless dtest
times = (times || 3).to_i
dtest = File.expand_path(dtest)
Dir.mktmpdir do |root|
  project ||= small_examples(root)
  env = { "XDG_STATE_HOME" => "#{root}/state", "SPEC_OPTS" => nil }
  events = "#{root}/events.jsonl"
  common = [dtest, "-j2", "--bundler", "off", "--format", "quiet", "--seed", "4711"]
  bare, live = Array.new(times) do
    [run([*common, "--no-history"], project, env),
     run([*common, "--events", events, *FLAGS.flat_map { |f| ["--#{f}", "#{root}/live.#{f}"] }], project, env)]
  end.transpose.map { |costs| Measure.median(costs.map(&:cpu)) }
  costs = (FLAGS.map { |flag| [flag] } << FLAGS).to_h do |flags|
    command = [dtest, "report", "latest", *flags.flat_map { |f| ["--#{f}", "#{root}/later.#{f}"] }]
    [flags.join("+"), Measure.median(Array.new(times) { run(command, project, env).cpu })]
  end
  FileUtils.cp("#{root}/later.html", ENV["PAGE"]) if ENV["PAGE"] # to look at it
  examples = File.foreach(events).count { |line| line.include?('"kind":"test.end"') }
  log = Dir["#{root}/state/distributest/*/runs/*/events.jsonl.gz"].max_by { |path| File.mtime(path) }
  puts "#{examples} examples; CPU of the run #{bare.round(2)} s, with log and all reports #{live.round(2)} s"
  costs.each { |name, cpu| puts format("report %-32s cpu %6.2f s  %5.2f %% of the run", name, cpu, 100 * cpu / bare) }
  FLAGS.each { |flag| puts format("%-12s %9d bytes", flag, File.size("#{root}/later.#{flag}")) }
  [["events", events], ["stored log", log]].each do |name, path|
    puts format("%-12s %9d bytes, %6.1f an example", name, File.size(path), File.size(path).to_f / examples)
  end
  puts "the page is ready after #{opening("#{root}/later.html").join(", ")} ms" if BROWSER
end
