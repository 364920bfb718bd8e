# frozen_string_literal: true

require "minitest/autorun"
require "fileutils"
require "json"
require "open3"
require "securerandom"
require "tmpdir"
require_relative "machine"
require_relative "command"
require_relative "account"

# A test of the real binaries: `DTEST=/path/to/dtest ruby tests/system/run.rb`. Each test has a directory of its own
# for projects, sockets, temporary files, state and configuration, and a mark in the environment of all that it starts:
# what bears the mark when the test ends is a finding, and is killed.
class SystemTest < Minitest::Test
  DTEST = ENV.fetch("DTEST") { abort "set DTEST to the path of dtest" }
  DTESTD = File.join(File.dirname(DTEST), "dtestd")
  FROM_OUTSIDE = /\A(DTEST|XDG_|PARALLEL_|TEST_ENV|NO_COLOR|CLICOLOR|FORCE_COLOR|RUBYOPT|BUNDLE|CI\z|SPEC_OPTS)/.freeze

  attr_reader :root

  def setup
    @root = Dir.mktmpdir("ds", "/tmp")
    @mark = SecureRandom.hex(8)
    @commands = []
    %w[t r s c h].each { |name| Dir.mkdir(File.join(@root, name), 0o700) }
  end

  def teardown
    verify_event_files if passed?
  ensure
    left = Machine.marked(@mark)
    evidence(left) unless passed?
    Machine.kill(left.map(&:pid))
    Machine.wait(10) { Machine.marked(@mark).empty? }
    @commands.each(&:close)
    FileUtils.rm_rf(@root)
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

  # Starts dtest and returns it as it runs. With `events: true` it writes an event file.
  def start(*arguments, events: true, program: DTEST, env: {}, dir: @project || @root, **options)
    file = File.join(@root, "events#{@commands.size}") if events
    arguments = with_events(arguments, file) if file
    command = Command.new([program, *arguments], env: environment(env), dir: dir, events: file, **options)
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

  # A spec file of examples: {name: body}.
  def spec(examples = { "works" => "" }, group: "Thing", head: "")
    body = examples.map { |name, code| "  it(#{name.inspect}) do\n    #{code}\n  end\n" }.join
    "#{head}\nRSpec.describe #{group.inspect} do\n#{body}end\n"
  end

  # Code for an example that says that it runs and ends when the test says so.
  def stays(name = "stay")
    "File.write(#{place(name).inspect}, $$.to_s); sleep 0.01 until File.exist?(#{place("#{name}.go").inspect})"
  end

  def wait_until_stays(name = "stay")
    wait("the example that says #{name}") { File.size?(place(name)) }
    Integer(File.read(place(name)))
  end

  def let_go(name = "stay")
    File.write(place("#{name}.go"), "")
  end

  def place(name)
    File.join(@root, name)
  end

  def wait(what, seconds = Machine::PATIENCE, &condition)
    Machine.wait(seconds, &condition) or flunk "waited #{seconds} s for #{what}"
  end

  # No process of this test, no socket and no temporary directory, at last.
  def assert_nothing_left
    Machine.wait { Machine.marked(@mark).empty? && leftovers.empty? }
    assert_empty Machine.marked(@mark).map(&:to_s), "processes are left"
    assert_empty leftovers, "files are left"
  end

  def assert_exit(code, command)
    assert_equal code, command.status, "exit code of #{command.line}\n#{command.screen}"
  end

  def process(pattern)
    Machine.marked(@mark).find { |process| process.title.match?(pattern) }
  end

  def the_process(pattern)
    wait("a process like #{pattern.inspect}") { process(pattern) }
  end

  private

  # The program's own judge of the event file of each run that came to its end. What could not be written is not whole.
  def verify_event_files
    @commands.each do |command|
      next unless command.status && command.status != 73 && command.whole?
      told, status = Open3.capture2e(environment, DTEST, "events", "--verify", command.events_path)
      assert status.success?, "the event file of #{command.line}\n#{told}"
    end
  end

  def with_events(arguments, file)
    at = arguments.index("--") || arguments.size
    arguments.dup.insert(at, "--events", file)
  end

  def leftovers
    all = %w[t r].flat_map { |name| Dir.glob("#{@root}/#{name}/**/*", File::FNM_DOTMATCH) }
    all.reject { |path| path.end_with?("/.") }
  end

  def evidence(left)
    @commands.each { |command| warn "--- #{command.line}: #{command.status.inspect}\n#{command.screen}" }
    warn "--- processes left\n#{left.join("\n")}" unless left.empty?
    warn "--- files left\n#{leftovers.join("\n")}" unless leftovers.empty?
    @commands.each { |command| warn "--- last events\n#{command.last_events}" if command.events_path }
  end
end
