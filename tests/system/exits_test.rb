# frozen_string_literal: true

require_relative "support"

# Exit handlers: those of the tests run in their runner, those of the project once where it was loaded.
class ExitsTest < SystemTest
  # A helper and two files, all of which log into one file.
  def handlers(helper: "", test: "")
    log = "def note(text) File.write(#{place("log").inspect}, \"\#{text}\\n\", mode: 'a') end\n"
    who = "\#{ENV['DTEST_RUNNER'] || 'boot'}"
    project(".rspec" => "--require ./helper\n",
            "helper.rb" => "#{log}at_exit { note(\"helper #{who}\") }\n#{helper}",
            "spec/a_spec.rb" => spec({ "registers" => "at_exit { note(\"test #{who}\") }; #{test}" }))
  end

  def log
    File.exist?(place("log")) ? File.readlines(place("log"), chomp: true) : []
  end

  def texts(run)
    run.of_kind("log.line").map { |event| event["text"] }
  end

  def test_the_helpers_handlers_run_once_where_it_was_loaded
    { "on" => ["test 1", "helper boot"], "off" => ["test 1", "helper 1"] }.each do |preload, expected|
      FileUtils.rm_f(place("log"))
      handlers
      assert_exit 0, dtest("-j1", "--preload", preload)
      assert_equal expected, log
    end
    assert_nothing_left
  end

  # In a serial run it would see what the tests did.
  def test_a_handler_of_the_project_where_no_test_runs_is_named
    { "auto" => ["the exit handler at helper.rb:2 runs once, in the boot process, where no test runs"],
      "on" => [], "off" => [] }.each do |preload, expected|
      handlers
      run = dtest("-j1", "--preload", preload)
      assert_exit 0, run
      assert_equal expected, texts(run).map { |text| text[/.*exit handler.*(?= \()/] }.compact
    end
  end

  def test_with_two_runners_once_per_load
    handlers
    File.write("#{@project}/spec/b_spec.rb", spec({ "works" => "" }, group: "Other"))
    assert_exit 0, dtest("-j2", "--preload", "on")
    assert_equal 1, log.grep(/helper/).size
  end

  # The first fork of a runner gets SIGTERM, or fails, before it could put its own handlers in place of the inherited ones.
  def test_a_fork_that_ends_at_once_runs_no_inherited_handler
    ['Process.kill("TERM", $$)', 'raise "in the fork"'].each do |ending|
      FileUtils.rm_f([place("log"), place("ended")])
      handlers(helper: <<~RUBY)
        Process.singleton_class.prepend(Module.new do
          def _fork
            forked = super
            return forked unless forked.zero?
            $depth = $depth.to_i + 1
            return forked if $depth < 2 || File.exist?(#{place('ended').inspect})
            File.write(#{place('ended').inspect}, "")
            #{ending}
            forked
          end
        end)
      RUBY
      assert_exit 0, dtest("-j1", "--preload", "on")
      assert_path_exists place("ended")
      assert_equal ["test 1", "helper boot"], log
    end
    assert_nothing_left
  end

  # Its own handlers run, as they do in any Ruby that hears SIGTERM.
  def test_a_runner_that_dies_of_a_signal_runs_no_inherited_handler
    handlers(test: 'Process.kill("TERM", $$); sleep')
    run = dtest("-j1", "--crash-retries", "0")
    assert_exit 1, run
    assert_equal "SIGTERM", run.of_kind("test.end").first["reason"]
    assert_equal ["test 1", "helper boot"], log
  end

  def test_handlers_within_handlers
    handlers(test: "at_exit { note('outer'); at_exit { note('inner') } }")
    assert_exit 0, dtest("-j1")
    assert_equal ["outer", "inner", "test 1", "helper boot"], log
  end

  # A forked child has handlers of its own, and leaves those of its runner alone.
  def test_of_a_child
    handlers(test: "Process.wait(fork { at_exit { note('child') } })")
    assert_exit 0, dtest("-j1")
    assert_equal 1, log.count("child")
    assert_equal "helper boot", log.last
  end

  # `rspec`, and a file with minitest/autorun or test/unit, end with 1 then.
  def test_a_handler_that_raises_fails_the_run
    { test: 'at_exit { raise "in the test" }', helper: 'at_exit { raise "in the helper" }' }.each do |where, code|
      handlers(where => code)
      run = dtest("-j1")
      assert_exit 1, run
      error = run.of_kind("test.error").first
      assert_equal ["an exit handler", "RuntimeError", "in the #{where}"],
                   [error["where"], *error["exception"].values_at("class", "message")]
      assert_includes run.out, "in the #{where}"
      assert_equal 1, log.grep(/test/).size, "the others still run"
      assert_equal %w[passed], run.account.verdicts.values
      FileUtils.rm_f(place("log"))
    end
  end

  # One that calls exit decides about the status of a serial run.
  def test_a_handler_that_exits_fails_the_run
    { test: "on", helper: "on", "helper" => "off" }.each do |where, preload|
      handlers(where.to_sym => "at_exit { exit 3 }")
      run = dtest("-j1", "--preload", preload)
      assert_exit 1, run
      error = run.of_kind("test.error").first
      assert_equal ["an exit handler", "called exit(3)"], [error["where"], error["exception"]["message"]]
      assert_equal %w[passed], run.account.verdicts.values
    end
  end

  # A signal or exit! there: the rest does not run, and nothing could say so but who started it.
  def test_who_breaks_off_fails_the_run
    { ["runner 1", "ended on SIGKILL"] => { test: "at_exit { puts 'last words'; Process.kill(:KILL, $$); sleep }" },
      ["runner 1", "ended with exit 0"] => { helper: "RSpec.configure { |c| c.after(:suite) { exit!(0) } }" },
      ["boot", "ended with exit 0"] => { helper: "at_exit { exit!(0) }" } }.each do |(who, how), code|
      handlers(**code)
      run = dtest("-j1")
      assert_exit 1, run
      error = run.of_kind("test.error")
      assert_equal 1, error.size
      assert_equal who == "boot" ? 0 : 1, error.first["runner"]
      assert_match(/ERROR 1 .*#{who}$/, run.screen)
      assert_match(/#{who == "boot" ? "the boot process" : "the runner"} #{how}, in .*$/, run.screen)
      assert_equal how.include?("KILL") ? "last words\n" : "", error.first["output"]["text"]
      assert_equal %w[passed], run.account.verdicts.values
    end
    assert_nothing_left
  end

  # What each runner says is told once, and named after that.
  def test_the_same_error_of_a_second_runner_is_named
    project(".rspec" => "--require ./helper\n",
            "helper.rb" => 'RSpec.configure { |c| c.after(:suite) { raise "no database" } }',
            "spec/a_spec.rb" => spec({ "a" => stays }), "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = start("-j2")
    wait_until_stays
    run.wait_event("file.end") { |event| event["path"] == "spec/b_spec.rb" }
    let_go
    assert_exit 1, run.finish
    assert_equal [1, 2], run.of_kind("test.error").map { |event| event["runner"] }.sort
    assert_equal 1, run.out.scan(/at helper.rb:1/).size
    assert_match(/ERROR 2 .*runner [12]\n +the same error as 1: RuntimeError: no database/, run.out)
  end

  def test_exit_zero_and_aborts
    handlers(test: "at_exit { exit 0 }")
    assert_exit 0, dtest("-j1")
    handlers(test: "at_exit { abort 'no' }")
    assert_exit 1, dtest("-j1")
  end

  # What it was to check is not known.
  def test_a_handler_that_hangs_is_killed_and_fails_the_run
    { "the runner was killed: its exit handlers" => { test: "at_exit { sleep }" },
      "the runner was killed: its suite hooks, as after(:suite)," => { helper: "RSpec.configure { |c| c.after(:suite) { sleep } }" },
      "the boot process was killed: its exit handlers" => { helper: "at_exit { sleep }" } }.each do |who, code|
      handlers(**code)
      run = dtest("-j1", "--exit-timeout", "1")
      assert_exit 1, run
      assert_equal ["#{who} were still running after 1.00s, the limit of --exit-timeout"],
                   run.of_kind("test.error").map { |event| event["exception"]["message"] }
      assert_equal %w[passed], run.account.verdicts.values
      assert_nothing_left
    end
  end

  # Whatever keeps the processes of a run may die before they are through.
  def test_the_keeper_of_the_handlers_is_killed
    gone = "the exit handlers were not through of runner 1, the boot process"
    { [:KILL, /guardian/] => "the guardian of the run on this node was killed, and #{gone}",
      [:TERM, /dtestd --embedded/] => "the node was told to stop, and #{gone}",
      [:KILL, /dtestd --embedded/] => "node local was lost before the exit handlers of its runners were through: " \
                                      "the daemon ended (SIGKILL)" }.each do |(signal, keeper), why|
      FileUtils.rm_f(place("stay"))
      handlers(test: "at_exit { #{stays} }")
      run = start("-j1")
      wait_until_stays
      Process.kill(signal, the_process(keeper).pid)
      assert_exit 1, run.finish
      assert_equal [why], run.of_kind("test.error").map { |event| event["exception"]["message"] }
      assert_equal %w[passed], run.account.verdicts.values
      assert_nothing_left
    end
  end
end
