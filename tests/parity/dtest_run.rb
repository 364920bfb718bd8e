# frozen_string_literal: true

require "fileutils"
require "tmpdir"
require_relative "event_log"

# One run of the real dtest with directories of its own, and what it left
# behind (`remains`: processes and directories).
class DtestRun
  WAIT = 5

  attr_reader :log, :status, :output, :remains

  def initialize(dtest, project, runners: 2, seed: nil, args: [], flags: [], env: {})
    Dir.mktmpdir("dtp") do |directory|
      @directory = directory
      %w[t r s].each { |name| Dir.mkdir(File.join(directory, name), 0o700) }
      events = File.join(directory, "events.jsonl")
      seeded = seed ? ["--seed", seed.to_s] : []
      command = [dtest, "-j#{runners}", "--events", events, *seeded, *flags]
      run(project, args.empty? ? command : [*command, "--", *args], env)
      @log = EventLog.read(events)
      @remains = left_processes + left_directories
    end
  end

  def exit_code
    @status.exitstatus || 128 + @status.termsig
  end

  private

  def environment
    place = ->(name) { File.join(@directory, name) }
    { "TMPDIR" => place["t"], "XDG_RUNTIME_DIR" => place["r"], "XDG_STATE_HOME" => place["s"],
      "XDG_CONFIG_HOME" => place["s"], "BUNDLE_GEMFILE" => nil, "RUBYOPT" => nil, "NO_COLOR" => "1" }
  end

  # Output goes to a file: a process that is left must not keep us waiting.
  def run(project, command, env)
    file = File.join(@directory, "output")
    pid = Process.spawn(environment.merge(env), *command, chdir: project, in: File::NULL, out: file, err: %i[child out])
    @status = Process.wait2(pid).last
    @output = File.read(file, encoding: "UTF-8").scrub
  end

  # The run's own directory is in the environment of whatever it started.
  def left_processes
    deadline = now + WAIT
    left = marked
    while left.any? && now < deadline
      IO.select(nil, nil, nil, 0.02)
      left = marked
    end
    left
  end

  def marked
    Dir.glob("/proc/[0-9]*").filter_map do |process|
      next if process == "/proc/#{Process.pid}"
      next unless File.binread("#{process}/environ").include?(@directory)
      next if File.read("#{process}/stat")[/\) (\S)/, 1] == "Z"
      "process #{File.basename(process)}: #{File.binread("#{process}/cmdline").tr("\0", ' ')}"
    rescue SystemCallError
      nil
    end
  end

  def left_directories
    %w[t r].flat_map { |name| Dir.children(File.join(@directory, name)).map { |child| "#{name}/#{child}" } }
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
