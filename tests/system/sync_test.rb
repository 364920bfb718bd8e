# frozen_string_literal: true

require "etc"
require "socket"

require_relative "support"
require_relative "fleet"

# The project on its way to nodes: through a real sshd, with keys of the test's own.
class SyncTest < SystemTest
  include Fleet

  def setup
    super
    skip Sshd.missing if Sshd.missing
    @sshd = Sshd.new(place("ssh"), env: environment, port: free_port(1), inside: there)
    keygen
  end

  # The mark is not seen in what writes its title over its environment.
  def teardown
    @sshd&.end
    super
  end

  # Where ssh leads to, distributest is installed, and the user has another configuration.
  def there
    { "XDG_CONFIG_HOME" => place("config-big"), "PATH" => "#{File.dirname(DTEST)}:/usr/local/bin:/usr/bin:/bin" }
  end

  def over_ssh(*nodes, with: [])
    sections(*nodes, with: ["ssh-config = #{@sshd.config}", *with])
  end

  # An example that tells where it runs, and waits there.
  def tells(name)
    facts = '"pwd" => Dir.pwd, "db" => ENV["DB_PREFIX"], "number" => ENV["TEST_ENV_NUMBER"]'
    "File.write(#{place("#{name}.json").inspect}, JSON.generate({#{facts}})); #{stays(name)}"
  end

  def facts(name)
    JSON.parse(File.read(place("#{name}.json")))
  end

  def test_each_node_works_on_a_copy_that_nobody_else_has
    FileUtils.mkdir_p(own)
    File.write(own("node_setup"), "#!/bin/sh\necho made > set_up.txt\n", perm: 0o755)
    mini = node("mini", "--work-dir", place("work"))
    over_ssh(mini, with: ["runners = 1"])
    File.write(own("config"), "[node.local]\nrunners = 1\n", mode: "a")
    project({ "spec/helper.rb" => "require 'json'\n", "spec/late_spec.rb" => spec({ "is still there" => "" }),
              ".rspec" => "-r ./spec/helper.rb\n", ".gitignore" => "/secret\n", "secret" => "x",
              "spec/a_spec.rb" => spec({ "a" => tells("a") }), "spec/b_spec.rb" => spec({ "b" => tells("b") }) })
    system("git", "init", "-q", @project, exception: true)
    run = start("--min-runners", "2", "--wait", "100")
    %w[a b].each { |name| wait_until_stays(name) }
    File.write("#{@project}/spec/late_spec.rb", "broken(")
    FileUtils.rm("#{@project}/spec/helper.rb")
    %w[a b].each { |name| let_go(name) }
    assert_exit 0, run.finish
    assert_equal %w[local mini], joined(run).sort
    check_places([facts("a"), facts("b")])
    copied = run.of_kind("node.sync").group_by { |event| event["node"] }
    assert_equal({ "local" => [%w[start end], [false, true]], "mini" => [%w[start end], [false, true]] },
                 copied.transform_values { |events| [events.map { |e| e["phase"] }, events.map { |e| e["ok"] }] })
    check_copy(Dir["#{place("work")}/*/*/project-*/1"])
    end_of(mini)
    @sshd.end
    assert_nothing_left
  end

  def check_places(both)
    both.each { |facts| refute facts["pwd"].start_with?(@project), facts["pwd"] }
    assert_equal 2, both.map { |facts| facts["db"] }.uniq.size, both.inspect
  end

  def check_copy(found)
    assert_equal 1, found.size, "one workspace of #{place("work")}"
    copy = "#{found.first}/project"
    assert_equal "made\n", File.read("#{copy}/set_up.txt"), "node_setup is the person's own, and ran there"
    refute File.exist?("#{copy}/secret"), "git ignores it"
    refute File.exist?("#{copy}/.git")
    assert File.exist?("#{copy}/spec/helper.rb")
    assert_equal "40700", File.stat(found.first).mode.to_s(8)
  end

  def test_two_runs_at_once_and_the_next_one
    mini = node("mini", "--work-dir", place("work"), "--runners", "4")
    over_ssh(mini, with: ["runners = 1"])
    project({ "spec/a_spec.rb" => spec({ "a" => "require 'json'; #{tells("a")}" }) })
    first = start
    wait_until_stays("a")
    project({ "spec/a_spec.rb" => spec({ "a" => "require 'json'; #{tells("b")}" }) })
    second = start
    wait_until_stays("b")
    a, b = facts("a"), facts("b")
    %w[pwd db number].each { |fact| refute_equal a[fact], b[fact], fact }
    %w[a b].each { |name| let_go(name) }
    [first, second].each { |run| assert_exit 0, run.finish }
    wait("both sessions to be over") do
      mini.daemon.err.scan("is over after").size == 2 && processes.none? { |entry| entry.title.include?("--guardian") }
    end
    assert_exit 0, dtest
    assert_includes [a, b].map { |copy| copy["pwd"] }, facts("b")["pwd"], "the next run finds one of the copies again"
    FileUtils.mkdir_p(place("elsewhere"))
    FileUtils.cp_r(@project, place("elsewhere"))
    assert_exit 0, dtest("-C", place("elsewhere/#{File.basename(@project)}"))
    refute_includes [a, b].map { |copy| copy["pwd"] }, facts("b")["pwd"], "a project of the same name is another one"
    assert_match(/session of \S+ at \S+ \(key anna\) for project/, mini.daemon.err)
    end_of(mini)
  end

  def test_what_cannot_be_sent_is_said
    mini = node("mini", "--work-dir", place("work"))
    over_ssh(mini)
    project(specs(2))
    @sshd.forget
    run = dtest
    assert_exit 69, run
    assert_includes told(run), "node mini cannot be used: rsync to 127.0.0.1 over ssh: its host key is not known here"
    File.write(own("config"), "[node.local]\nrunners = 1\n", mode: "a")
    assert_exit 0, dtest
    over_ssh(mini, with: ["sync = off"])
    run = dtest
    assert_exit 69, run
    assert_includes told(run), "it serves only runs that send a copy of their project"
    over_ssh(mini)
    Dir.mkdir("#{@project}/.git") # git cannot read it, and what is secret there is not known
    run = dtest
    assert_exit 78, run
    assert_match(/git does not say what it ignores in .*fatal: .*--sync-ignored/, told(run))
    end_of(mini)
  end

  # Not even the one that has the run's own files.
  def test_a_node_that_cannot_start_ends_no_run
    mini = node("mini", "--work-dir", place("far"))
    over_ssh(mini)
    File.write(own("config"), "[node.local]\nrunners = 1\n", mode: "a")
    project(specs(2).merge(".distributest/node_setup" => "#!/bin/sh\ncase \"$PWD\" in */far/*) exit 0;; esac; exit 7\n",
                           "large" => "x" * 60_000_000))
    File.chmod(0o755, "#{@project}/.distributest/node_setup")
    run = dtest
    assert_exit 0, run
    assert_equal ["mini"], run.of_kind("file.end").map { |event| event["node"] }.uniq
    assert_includes told(run), "BOOT node local: .distributest/node_setup failed (exit 7)"
    end_of(mini)
  end

  # From a host that has never heard of us to a run on it.
  NAMESAKE = "dtest-public #{"a" * 40} somebody@localhost\n"

  # Of somebody else whose name and whose machine's name are ours.
  def key_of_a_namesake
    name = "#{Etc.getpwuid.name}-#{Socket.gethostname}".tr("^a-zA-Z0-9_-", "-")
    path = place("config-big/distributest/allowed/#{name}.pub")
    FileUtils.mkdir_p(File.dirname(path))
    File.write(path, NAMESAKE)
    path
  end

  def test_a_node_is_added_and_removed
    port = free_port
    FileUtils.rm_rf(own)
    mates = key_of_a_namesake
    add = dtest("nodes", "add", "127.0.0.1", "--name", "big", "--endpoint", "tcp://localhost:#{port}", "--ssh-config",
                @sshd.config, events: false)
    assert_exit 0, add
    assert_match(/made your key.*exchanged keys with 127.0.0.1.*start there: dtestd --listen tcp:\/\/127.0.0.1:#{port}$/m, add.out)
    assert_equal NAMESAKE, File.read(mates), "nobody is locked out"
    big = Fleet::Node.new("big", place("config-big"), port)
    serve(big, "--work-dir", place("work"))
    listed = dtest("nodes", events: false).out
    assert_match(/^big    tcp:.*all its runners  \(.*config:5\)\nlocal  this machine/, listed)
    project({ "spec/a_spec.rb" => spec({ "stays" => stays }) })
    run = start("--nodes", "big")
    wait_until_stays
    status = dtest("nodes", "status", events: false)
    assert_match(/\Abig: 2 runners, 1 busy\n  1 with \S+ at \S+ \(key \S+\), project, since/, status.out)
    first = JSON.parse(dtest("nodes", "status", "--json", events: false).out).first
    assert_equal ["up", 1], [first["state"], first["sessions"].size]
    let_go
    assert_exit 0, run.finish
    end_of(big)
    assert_exit 69, dtest("nodes", "status", events: false)
    assert_exit 78, dtest("nodes", "add", "127.0.0.1", "--name", "big", events: false)
    assert_exit 0, dtest("nodes", "remove", "big", events: false)
    assert_match(/no nodes, so runs are on this machine alone/, dtest("nodes", "status", events: false).out)
    refute File.exist?(own("nodes/big.pub"))
  end
end
