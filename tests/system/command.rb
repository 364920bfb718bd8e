# frozen_string_literal: true

require "io/console"
require "json"
require "pty"
require "shellwords"

# One command: its process, what it writes, its events as they come.
class Command
  attr_reader :pid, :events_path, :line

  # `out`: where standard output goes instead of a file that is read here. `terminal`: it gets a terminal, so
  # many columns wide.
  def initialize(argv, env:, dir:, events: nil, out: nil, err: nil, input: "/dev/null", terminal: false, columns: 100,
                 unset: [])
    @line = argv.drop(1).unshift(File.basename(argv[0])).shelljoin
    @events_path = events
    @base = Dir.mktmpdir("ds-out", File.dirname(events || env["TMPDIR"]))
    env = env.merge(unset.to_h { |name| [name, nil] })
    terminal ? spawn_on_terminal(argv, env, dir, columns) : spawn_plain(argv, env, dir, out, err, input)
  end

  # Waits for its end, within the limit; the status is its exit code or the name of a signal.
  def finish(seconds = Machine::PATIENCE)
    Machine.wait(seconds) { status } or raise "#{line} did not end within #{seconds} s\n#{screen}"
    self
  end

  def status
    return @status if @status
    drain
    return unless Process.wait(@pid, Process::WNOHANG)
    drain
    @status = $?.exitstatus || "SIG#{Signal.signame($?.termsig)}"
  end

  def signal(name)
    Process.kill(name, @pid)
  end

  def out
    drain
    @terminal ? @seen : read("out")
  end

  def err
    read("err")
  end

  def screen
    "#{out}#{err}"
  end

  # The end of the terminal on which a person would read.
  attr_reader :terminal

  # All that has arrived. A line that is still being written is left out.
  def events
    return [] unless @events_path && File.exist?(@events_path)
    lines = File.read(@events_path, encoding: "UTF-8").lines
    lines.select { |text| text.end_with?("\n") }.map { |text| JSON.parse(text) }
  end

  # How many there are.
  def lines
    @events_path && File.exist?(@events_path) ? File.foreach(@events_path).count : 0
  end

  # Its event file bears the end of the run.
  def whole?
    (events.last || {})["last"]
  end

  def last_events
    events.reject { |event| event["kind"] == "run.progress" }.last(8).map { |event| brief(event) }.join("\n")
  end

  def of_kind(kind)
    events.select { |event| event["kind"] == kind }
  end

  # Waits for the first event of that kind (which the block likes).
  def wait_event(kind, seconds = Machine::PATIENCE)
    found = Machine.wait(seconds) { of_kind(kind).find { |event| !block_given? || yield(event) } }
    found or raise "no #{kind} within #{seconds} s\n#{screen}\n#{last_events}"
  end

  def account
    Account.new(events)
  end

  # The screen's end goes away, as when a window is closed.
  def hang_up
    @terminal.close
    @closed = true
  end

  # From now on nobody reads the terminal.
  def stop_reading
    @deaf = true
  end

  def resume_reading
    @deaf = false
  end

  def close
    @terminal&.close unless @closed
    return if @status
    Machine.kill([@pid])
    Process.wait(@pid)
  rescue SystemCallError
    nil
  end

  private

  def brief(event)
    JSON.generate(event.reject { |key, value| %w[v stream ts elapsed run].include?(key) || value == "" })[0, 300]
  end

  def spawn_plain(argv, env, dir, out, err, input)
    @pid = Process.spawn(env, *argv, chdir: dir, in: input, out: out || "#{@base}/out", err: err || "#{@base}/err")
  end

  def spawn_on_terminal(argv, env, dir, columns)
    @seen = +""
    @terminal, slave = PTY.open
    @terminal.winsize = [30, columns]
    @pid = Process.spawn(env, "setsid", "-c", *argv, chdir: dir, in: slave, out: slave, err: "#{@base}/err")
    slave.close
  end

  def drain
    return unless @terminal && !@deaf && !@closed
    loop { @seen << @terminal.read_nonblock(65_536) }
  rescue IO::WaitReadable, EOFError, SystemCallError
    nil
  end

  def read(name)
    path = File.join(@base, name)
    File.exist?(path) ? File.read(path, encoding: "UTF-8").scrub : ""
  end
end
