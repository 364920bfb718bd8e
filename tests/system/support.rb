# frozen_string_literal: true

require "minitest/autorun"
require "open3"
require_relative "scene"
require_relative "schema"

# A test of the real binaries: `DTEST=/path/to/dtest ruby tests/system/run.rb`. Each test has a scene of its own: what
# bears its mark when the test ends is a finding, and is killed.
class SystemTest < Minitest::Test
  include Scene

  LOUD = 3  # how many commands of a failed test are shown whole: the last ones

  def setup
    open_scene
  end

  def teardown
    verify_event_files if passed?
  ensure
    evidence(processes) unless passed?
    close_scene
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

  # Code of a test that goes on once the condition, code too, holds; it fails when that takes too long.
  def waits_until(condition, otherwise = "waited in vain")
    clock = "Process.clock_gettime(Process::CLOCK_MONOTONIC)"
    "deadline = #{clock} + #{Machine::PATIENCE}; " \
      "(raise #{otherwise.inspect} if #{clock} > deadline; sleep 0.01) until #{condition}"
  end

  def wait_until_stays(name = "stay")
    wait("the example that says #{name}") { File.size?(place(name)) }
    Integer(File.read(place(name)))
  end

  def let_go(name = "stay")
    File.write(place("#{name}.go"), "")
  end

  def wait(what, seconds = Machine::PATIENCE, &condition)
    Machine.wait(seconds, &condition) or flunk "waited #{seconds} s for #{what}"
  end

  # No process of this test, no socket and no temporary directory, at last.
  def assert_nothing_left
    Machine.wait { processes.empty? && leftovers.empty? }
    assert_no_process
    assert_empty leftovers, "files are left"
  end

  def assert_no_process
    Machine.wait { processes.empty? }
    assert_empty processes.map(&:to_s), "processes are left"
  end

  def assert_exit(code, command)
    assert_equal code, command.status, "exit code of #{command.line}\n#{command.screen}"
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
      Schema.take(command.events)
    end
  end

  def evidence(left)
    @commands[0...-LOUD].each { |command| warn "--- #{command.line}: #{command.status.inspect}" }
    @commands.last(LOUD).each { |command| warn "--- #{command.line}: #{command.status.inspect}\n#{command.screen}" }
    warn "--- processes left\n#{left.join("\n")}" unless left.empty?
    warn "--- files left\n#{leftovers.join("\n")}" unless leftovers.empty?
    @commands.last(LOUD).each { |command| warn "--- last events\n#{command.last_events}" if command.events_path }
  end
end
