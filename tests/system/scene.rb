# frozen_string_literal: true

require "fileutils"
require "json"
require "securerandom"
require "tmpdir"
require_relative "machine"
require_relative "command"
require_relative "account"

# A directory for projects, sockets, temporary files, state and configuration, and what is started in it: all of that
# bears a mark in its environment, by which it is found.
module Scene
  DTEST = ENV.fetch("DTEST") { abort "set DTEST to the path of dtest" }
  DTESTD = File.join(File.dirname(DTEST), "dtestd")
  FROM_OUTSIDE = /\A(DTEST|XDG_|PARALLEL_|TEST_ENV|NO_COLOR|CLICOLOR|FORCE_COLOR|RUBYOPT|BUNDLE|CI\z|SPEC_OPTS|GITHUB_)/.freeze

  attr_reader :root, :commands

  def open_scene
    @root = Dir.mktmpdir("ds", "/tmp")
    @mark = SecureRandom.hex(8)
    @commands = []
    %w[t r s c h].each { |name| Dir.mkdir(File.join(@root, name), 0o700) }
  end

  # Kills what bears the mark, and removes everything.
  def close_scene
    Machine.kill(processes.map(&:pid))
    Machine.wait(10) { processes.empty? }
    @commands.each(&:close)
    FileUtils.rm_rf(@root)
  end

  def processes
    Machine.marked(@mark)
  end

  # Sockets and temporary files.
  def leftovers
    all = %w[t r].flat_map { |name| Dir.glob("#{@root}/#{name}/**/*", File::FNM_DOTMATCH) }
    all.reject { |path| path.end_with?("/.") }
  end

  # The environment of a command: only what is wanted, so that a test means the same everywhere.
  def environment(extra = {})
    outside = ENV.keys.grep(FROM_OUTSIDE).to_h { |name| [name, nil] }
    outside.merge("DS_MARK" => @mark, "TMPDIR" => "#{@root}/t", "XDG_RUNTIME_DIR" => "#{@root}/r",
                  "XDG_STATE_HOME" => "#{@root}/s", "XDG_CONFIG_HOME" => "#{@root}/c", "HOME" => "#{@root}/h",
                  "LC_ALL" => "C.UTF-8", "TERM" => "xterm-256color", "COLUMNS" => "100").merge(extra)
  end

  # files: {path: text}. Returns the project's directory, the current one of commands from then on.
  def project(files, name = "project")
    @project = File.join(@root, name)
    FileUtils.mkdir_p(@project)
    files.each do |path, text|
      FileUtils.mkdir_p(File.dirname(File.join(@project, path)))
      File.write(File.join(@project, path), text)
    end
    @project
  end

  # Starts dtest and returns it as it runs. With `events: true` it writes an event file. `prefix`: words before it.
  def start(*arguments, events: true, program: DTEST, prefix: [], env: {}, dir: @project || @root, **options)
    file = File.join(@root, "events#{@commands.size}") if events
    arguments = with_events(arguments, file) if file
    command = Command.new([*prefix, program, *arguments], env: environment(env), dir: dir, events: file, **options)
    @commands << command
    command
  end

  # Runs dtest to its end.
  def dtest(*arguments, **options)
    start(*arguments, **options).finish
  end

  def dtestd(*arguments, **options)
    start(*arguments, events: false, program: DTESTD, **options)
  end

  def place(name)
    File.join(@root, name)
  end

  def process(pattern)
    processes.find { |process| process.title.match?(pattern) }
  end

  private

  def with_events(arguments, file)
    at = arguments.index("--") || arguments.size
    arguments.dup.insert(at, "--events", file)
  end
end
