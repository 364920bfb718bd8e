# frozen_string_literal: true

require_relative "support"

# `dtest debug`: one example in the foreground, with what a runner has.
class DebugCommandTest < SystemTest
  NAMES = %w[TEST_ENV_NUMBER DB_PREFIX DTEST DTEST_RUNNER DTEST_RUNNERS TMPDIR DTEST_SEED HOOKED].freeze
  PROBE = "File.write(ENV['PROBE'], #{NAMES}.map { |name| \"\#{name}=\#{ENV[name]}\\n\" }.join + " \
          "\"dir=\#{File.directory?(ENV['TMPDIR'])}\\n\")"

  def environment(extra = {})
    super({ "PROBE" => place("probe") }.merge(extra))
  end

  def debug(*arguments, **options)
    dtest("debug", *arguments, events: false, **options)
  end

  def probe
    File.readlines(place("probe"), chomp: true).to_h { |line| line.split("=", 2) }
  end

  def hook(name, body)
    path = "#{@project}/.distributest/#{name}"
    FileUtils.mkdir_p(File.dirname(path))
    File.write(path, "#!/bin/sh\n#{body}\n")
    File.chmod(0o755, path)
  end

  def test_one_example_with_the_environment_of_the_first_runner
    project("spec/a_spec.rb" => spec({ "other" => "raise 'not me'", "probes" => PROBE }))
    run = debug("spec/a_spec.rb:6", "--seed", "42")
    assert_exit 0, run
    env = probe
    assert_equal %w[1 1 1 1 42 true], env.values_at("TEST_ENV_NUMBER", "DTEST", "DTEST_RUNNER", "DTEST_RUNNERS",
                                                    "DTEST_SEED", "dir")
    assert_match(/\A[a-zA-Z0-9]+1\z/, env["DB_PREFIX"])
    refute_path_exists env["TMPDIR"]
    assert_nothing_left
  end

  def test_exit_codes
    project("spec/a_spec.rb" => spec({ "fails" => "raise 'no'" }))
    assert_exit 1, debug("spec/a_spec.rb:3")
    assert_exit 64, debug
    assert_exit 78, debug("spec/a_spec.rb:3", "--ruby", "nonesuch")
    run = debug("spec/a_spec.rb", "--", "-e", "no such example")
    assert_exit 4, run
    assert_nothing_left
  end

  def test_it_has_the_terminal
    project("spec/a_spec.rb" => spec({ "asks" => "$stdout.print 'who? '; $stdout.flush; " \
                                                 "expect($stdin.gets).to eq(\"me\\n\")" }))
    run = start("debug", "spec/a_spec.rb:3", events: false, terminal: true)
    wait("the question") { run.out.include?("who? ") }
    run.terminal.write("me\n")
    assert_exit 0, run.finish
  end

  def test_ctrl_c_is_the_examples
    project("spec/a_spec.rb" => spec({ "rescues" => "begin; #{stays}; rescue Interrupt; " \
                                                    "File.write(ENV['PROBE'], 'x'); end" }))
    run = start("debug", "spec/a_spec.rb:3", events: false, terminal: true)
    wait_until_stays
    run.terminal.write("\x03")
    run.finish
    assert_equal "x", File.read(place("probe"))
    assert_exit 0, run
    assert_nothing_left
  end

  def test_ctrl_c_ends_an_example_that_does_not_care
    project("spec/a_spec.rb" => spec({ "stays" => stays }))
    run = start("debug", "spec/a_spec.rb:3", events: false, terminal: true)
    wait_until_stays
    run.terminal.write("\x03")
    assert_includes [130, 1], run.finish.status, run.screen
    assert_nothing_left
  end

  def test_term_ends_it_with_all_that_it_started
    project("spec/a_spec.rb" => spec({ "stays" => "Process.detach(spawn('setsid sleep 600')); #{stays}" }))
    run = start("debug", "spec/a_spec.rb:3", events: false)
    wait_until_stays
    run.signal("TERM")
    assert_exit 143, run.finish
    assert_nothing_left
  end

  def test_hooks_come_first
    project("spec/a_spec.rb" => spec({ "probes" => PROBE }))
    hook("node_setup", "echo \"node $1\" >> #{place("hooks")}; sleep 600 &")
    hook("runner_setup", "echo \"runner $1 $TEST_ENV_NUMBER\" >> #{place("hooks")}")
    File.write("#{@project}/.distributest/after_fork.rb", "ENV['HOOKED'] = 'yes'\n")
    assert_exit 0, debug("spec/a_spec.rb:3")
    name = probe["DB_PREFIX"].chomp("1")
    assert_equal ["node #{name}0", "runner #{name}1 1"], File.readlines(place("hooks"), chomp: true)
    assert_equal "yes", probe["HOOKED"]
    assert_nothing_left
  end

  def test_a_hook_that_fails
    project("spec/a_spec.rb" => spec({ "probes" => PROBE }))
    hook("runner_setup", "echo told; exit 3")
    run = debug("spec/a_spec.rb:3")
    assert_exit 78, run
    assert_includes run.out, "told"
    assert_match(%r{\Adtest: .*/\.distributest/runner_setup failed \(exit 3\)\n\z}, run.err)
    refute_path_exists place("probe")
    assert_exit 0, debug("spec/a_spec.rb:3", "--no-hooks")
    assert_nothing_left
  end
end
