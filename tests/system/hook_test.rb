# frozen_string_literal: true

require_relative "support"

# Set-up hooks: .distributest/node_setup, runner_setup and after_fork.rb.
class HookTest < SystemTest
  # files: {name: text}; programs are executable.
  def hooks(files, where = "#{@project || project({ 'spec/a_spec.rb' => spec })}/.distributest")
    FileUtils.mkdir_p(where)
    files.each do |name, text|
      File.write(File.join(where, name), text)
      File.chmod(0o755, File.join(where, name)) unless name.end_with?(".rb")
    end
  end

  # A script that writes down what it was told.
  def script(name, more = "")
    "#!/bin/sh\necho \"#{name} $# $1 $DB_PREFIX $TEST_ENV_NUMBER $(pwd)\" >> #{place('told')}\n#{more}\n"
  end

  def told
    File.exist?(place("told")) ? File.readlines(place("told"), chomp: true).map(&:split) : []
  end

  def ends(run)
    run.of_kind("node.setup").select { |event| event["phase"] == "end" }
  end

  def test_order_arguments_and_place
    hooks("node_setup" => script("node"), "runner_setup" => script("runner"),
          "after_fork.rb" => "File.write(#{place('fork').inspect} + ENV['DTEST_RUNNER'], ENV['DB_PREFIX'])")
    run = dtest("-j2")
    assert_exit 0, run
    node, *runners = told
    assert_equal "node", node.first
    template = node[2]
    assert_match(/\A[A-Za-z0-9]*0\z/, template)
    assert_equal ["node", "1", template, template, "0", @project], node
    prefix = template.chomp("0")
    assert_equal([1, 2].map { |n| ["runner", "1", "#{prefix}#{n}", "#{prefix}#{n}", n.to_s, @project] }, runners.sort)
    assert_equal ["#{prefix}1", "#{prefix}2"], %w[fork1 fork2].map { |name| File.read(place(name)) }
    assert_operator File.mtime(place("told")), :<, File.mtime(place("fork1"))
    assert_nothing_left
  end

  def test_environment
    keys = %w[DTEST DTEST_RUN_ID DTEST_NODE DTEST_RUNNER DTEST_RUNNERS DTEST_TEMPLATE DTEST_IDENTIFIERS TMPDIR]
    echo = keys.map { |key| "echo #{key}=$#{key}" }.join("\n")
    hooks("node_setup" => "#!/bin/sh\n#{echo}\ncat", "runner_setup" => "#!/bin/sh\n#{echo}\ntouch $TMPDIR/mine",
          "after_fork.rb" => "abort unless File.exist?(ENV['TMPDIR'] + '/mine')")
    run = dtest("-j2")
    assert_exit 0, run
    node, *runners = ends(run).map { |event| event["output"]["text"].lines(chomp: true).to_h { |l| l.split("=", 2) } }
    prefix = node["DTEST_TEMPLATE"].chomp("0")
    assert_equal ["1", run.events.first["run"], "local", "0", "2", "#{prefix}1 #{prefix}2", "#{@root}/t"],
                 node.values_at("DTEST", "DTEST_RUN_ID", "DTEST_NODE", "DTEST_RUNNER", "DTEST_RUNNERS",
                                "DTEST_IDENTIFIERS", "TMPDIR")
    assert_equal %w[1 2], runners.map { |env| env["DTEST_RUNNER"] }.sort
    assert_equal [node["DTEST_TEMPLATE"]], runners.map { |env| env["DTEST_TEMPLATE"] }.uniq
    assert_equal 2, runners.map { |env| env["TMPDIR"] }.uniq.size
  end

  def test_events_and_cost
    hooks("node_setup" => "#!/bin/sh\necho made it; sleep 0.3")
    run = dtest("-j1")
    start, finish = run.of_kind("node.setup")
    assert_equal ["start", "node_setup", 0, "#{@project}/.distributest/node_setup"],
                 start.values_at("phase", "hook", "runner", "file")
    assert_equal ["end", true, "exit 0"], finish.values_at("phase", "ok", "how")
    assert_equal "made it\n", finish["output"]["text"]
    assert_operator finish["secs"], :>=, 0.3
    assert_operator run.account.end["efficiency"]["idle_by_cause"]["hooks"], :>, 0
    assert_match(/set-up hooks \d+%/, run.out)
  end

  def test_node_setup_fails
    hooks("node_setup" => "#!/bin/sh\necho building; echo no such role >&2; exit 3", "runner_setup" => script("runner"))
    run = dtest("-j2")
    assert_exit 78, run
    assert_match(%r{\.distributest/node_setup failed \(exit 3\)}, run.screen)
    assert_match(/building\n +no such role/, run.screen)
    assert_empty told
    assert_empty run.of_kind("runner.start")
    assert_nothing_left
  end

  def test_one_runner_setup_fails
    hooks("runner_setup" => script("runner", '[ $DTEST_RUNNER = 2 ] && { echo no space; exit 1; }; exit 0'))
    run = dtest("-j3")
    assert_exit 0, run
    assert_match(%r{HOOK +\.distributest/runner_setup of runner 2: exit 1\n +no space}, run.out)
    assert_match(/runner 2 is left out/, run.out)
    assert_match(/1 file · on 2 runners/, run.out)
    refute_includes run.of_kind("runner.start").map { |event| event["runner"] }, 2
    assert_equal [2], ends(run).reject { |event| event["ok"] }.map { |event| event["runner"] }
  end

  def test_every_runner_setup_fails
    hooks("runner_setup" => "#!/bin/sh\necho down; kill -9 $$")
    run = dtest("-j2")
    assert_exit 78, run
    assert_match(/no runner could be set up: .*SIGKILL/, run.screen)
    assert_match(/^ +down$/, run.screen)
    assert_nothing_left
  end

  def test_after_fork_raises
    hooks("after_fork.rb" => "raise 'no redis'")
    run = dtest("-j1")
    assert_exit 78, run
    assert_match(/after_fork\.rb failed: RuntimeError: no redis/, run.screen.gsub(/\s+/, " "))
    refute_match(/trying again/, run.screen)
  end

  def test_after_fork_hangs
    hooks("after_fork.rb" => "puts 'looking for redis'; sleep")
    run = dtest("-j2", "--hook-timeout", "1s")
    assert_exit 78, run
    text = run.screen.gsub(/\s+/, " ")
    assert_includes text, ".distributest/after_fork.rb failed (killed after 1.00s, its time limit (--hook-timeout))"
    assert_includes text, "looking for redis"
    refute_includes text, "crashed"
    assert_nothing_left
  end

  def test_after_fork_aborts
    { "abort 'no redis'" => "called exit(1): no redis", "exit 0" => "called exit(0)" }.each do |code, said|
      hooks("after_fork.rb" => code)
      run = dtest("-j1")
      assert_exit 78, run
      assert_includes run.screen.gsub(/\s+/, " "), "after_fork.rb #{said}"
    end
  end

  def test_what_cannot_be_run_is_said_before_anything_runs
    hooks("node_setup" => script("node"))
    path = "#{@project}/.distributest/node_setup"
    File.chmod(0o644, path)
    run = dtest(events: false)
    assert_exit 78, run
    assert_equal ["", "dtest: #{path} is not executable; run 'chmod +x #{path}'\n"], [run.out, run.err]
    assert_exit 0, dtest("--no-hooks")
    FileUtils.rm(path)
    Dir.mkdir(path)
    assert_match(/is a directory/, dtest(events: false).err)
    Dir.rmdir(path)
    assert_match(/--after-fork: there is no .*nowhere\.rb/, dtest("--after-fork=nowhere.rb", events: false).err)
    assert_empty told
  end

  def test_the_persons_and_named_ones
    project("spec/a_spec.rb" => spec)
    hooks({ "node_setup" => script("person"), "runner_setup" => script("person") }, "#{@root}/c/distributest")
    hooks("runner_setup" => script("project"), "other" => script("named"))
    assert_exit 0, dtest("-j1")
    assert_equal %w[person project], told.map(&:first)
    assert_exit 0, dtest("-j1", "--node-setup=.distributest/other")
    assert_equal %w[named project], told.map(&:first).drop(2)
  end

  def test_a_listing_runs_none
    hooks("node_setup" => script("node"), "runner_setup" => script("runner"), "after_fork.rb" => "abort")
    assert_exit 0, dtest("list", events: false)
    assert_empty told
  end
end
