# frozen_string_literal: true

require_relative "support"
require_relative "fleet"

# Runs on nodes that are reached over TCP, with keys that the test makes.
class NodesTest < SystemTest
  include Fleet

  # Nodes of these tests work where the project lies.
  def node(name, *flags, **options)
    super(name, "--in-place", *flags, **options)
  end

  def sections(*nodes, with: ["sync = off"])
    super
  end

  def test_keygen
    first = dtest("keygen", events: false)
    assert_exit 0, first
    assert_match(/Next/, first.out)
    assert_equal "100600", File.stat(own("key")).mode.to_s(8)
    assert_match(/\Adtest-public \S{40} \S+@\S+\n\z/, File.read(own("key.pub")))
    refute_includes first.screen, File.read(own("key")).split[1]
    second = dtest("keygen", events: false)
    assert_exit 78, second
    assert_match(/exists already.*never replaced/, second.err)
    node = dtest("keygen", "--node", "--json", events: false)
    assert_equal own("node-key"), JSON.parse(node.out)["key_file"]
    assert_equal "40700", File.stat(own("allowed")).mode.to_s(8)
  end

  def test_two_nodes
    keygen
    nodes = [node("mini"), node("bigbox")]
    sections(*nodes)
    project(specs)
    run = dtest("--min-runners", "4", "--wait", "100")
    assert_exit 0, run
    assert_equal %w[bigbox mini], joined(run).sort
    ran = run.of_kind("file.end").map { |event| event["node"] }.uniq
    assert_empty ran - %w[bigbox mini], "nothing ran on this machine"
    end_of(*nodes)
    assert_nothing_left
  end

  def test_one_node_does_not_know_the_key
    keygen
    good = node("good")
    strange = node("strange", strange: true)
    sections(good, strange)
    project("spec/a_spec.rb" => spec({ "waits" => stays }))
    run = start
    wait("the line about the other node") { told(run).include?("node strange cannot be used") }
    wait_until_stays
    let_go
    run.finish
    assert_exit 0, run
    assert_equal 1, told(run).scan("node strange cannot be used").size, run.screen
    assert_includes told(run), "does not let your key in: put your key.pub into ~/.config/distributest/allowed/"
    assert_match(/127\.0\.0\.1 is refused: unknown key/, strange.daemon.err)
    end_of(good, strange)
  end

  def test_a_key_that_is_allowed_meanwhile_lets_the_node_in
    keygen
    late = node("late", strange: true)
    sections(late)
    project(specs(1))
    run = start("--wait", "100")
    wait("the line about the node") { told(run).include?("does not let your key in") }
    FileUtils.cp(own("key.pub"), "#{late.allowed}/anna.pub")
    assert_exit 0, run.finish
    end_of(late)
  end

  def test_another_key_of_the_node
    keygen
    mini = node("mini")
    FileUtils.cp(own("key.pub"), own("nodes/mini.pub"))
    sections(mini)
    project(specs(1))
    run = dtest
    assert_exit 69, run
    assert_match(/node mini cannot be used: its key is not the one in .*mini\.pub/, told(run))
    end_of(mini)
  end

  def test_no_node_listens
    keygen
    FileUtils.mkdir_p(own("nodes"))
    FileUtils.cp(own("key.pub"), own("nodes/mini.pub"))
    sections(Node.new("mini", nil, free_port))
    project(specs(1))
    run = dtest
    assert_exit 69, run
    assert_match(/node mini cannot be used: it refuses connections: no dtestd listens there/, told(run))
  end

  def test_fewer_runners_than_asked_for
    keygen
    mini = node("mini")
    sections(mini)
    project(specs(1))
    run = dtest("--min-runners", "3", "--wait", "3")
    assert_exit 69, run
    assert_match(/[012] of 3 runners are ready/, run.screen)
    assert_exit 0, dtest("--min-runners", "2")
    end_of(mini)
  end

  def test_a_node_that_is_left_out
    keygen
    mini = node("mini")
    sections(mini)
    project(specs(1))
    File.write(own("config"), "[node.off]\nrunners = 0\n", mode: "a")
    run = dtest
    assert_exit 0, run
    assert_match(/node off is left out: it has runners = 0/, run.err)
    assert_exit 69, dtest("--nodes", "off")
    assert_exit 0, dtest("--local")
    end_of(mini)
  end

  def test_without_a_key_of_our_own
    FileUtils.mkdir_p(own)
    sections(Node.new("mini", nil, 7710))
    project(specs(1))
    run = dtest
    assert_exit 78, run
    assert_match(/no key file .*dtest keygen/, run.err)
    keygen
    File.chmod(0o644, own("key"))
    run = dtest
    assert_exit 78, run
    assert_match(/others can read it; run 'chmod 600/, run.err)
  end

  # Somebody else's configuration.
  def person(name)
    { "XDG_CONFIG_HOME" => place(name) }
  end

  def let_in(name, node)
    FileUtils.cp("#{place(name)}/distributest/key.pub", "#{node.allowed}/#{name}.pub")
  end

  def nodes(*words, env: {})
    dtest("nodes", *words, events: false, env: env)
  end

  def test_nodes_that_are_shared
    keygen
    mini = node("mini")
    sections(mini, with: ["sync = off", "weight = 3"])
    team = place("team")
    told = nodes("export", team)
    assert_exit 0, told
    assert_match(%r{wrote #{team}/nodes and 1 public key}, told.out)
    project(specs(2))

    taken = nodes("import", team, env: person("ben"))
    assert_exit 0, taken
    assert_match(/made your key.*wrote \[node.mini\] to .*this machine takes part too/m, taken.out)
    assert_includes taken.out, File.read("#{place("ben")}/distributest/key.pub")
    let_in("ben", mini)
    run = dtest("--min-runners", "3", "--wait", "100", "-j", "1", env: person("ben"))
    assert_exit 0, run
    assert_equal %w[local mini], joined(run).sort
    assert_match(/node mini is there already.*nothing was imported/m, nodes("import", team, env: person("ben")).out)

    assert_exit 0, dtest("keygen", events: false, env: person("cleo"))
    let_in("cleo", mini)
    File.write("#{place("cleo")}/distributest/config", "[nodes]\ninclude = #{team}/nodes\n")
    run = dtest(env: person("cleo"))
    assert_exit 0, run
    assert_equal %w[mini], joined(run)
    refuse_what_is_no_export(team)
    end_of(mini)
  end

  def refuse_what_is_no_export(team)
    File.chmod(0o666, "#{team}/mini.pub")
    run = dtest(env: person("cleo"))
    assert_exit 69, run
    assert_includes told(run), "mini.pub has mode 0666, so that others can write it"
    File.write("#{team}/nodes", "mine")
    refused = nodes("export", team)
    assert_exit 78, refused
    assert_includes told(refused), "was not written by 'dtest nodes export'"
    assert_exit 78, nodes("import", place("nowhere"), env: person("dora"))
  end

  def test_a_revoked_key_ends_its_run
    keygen
    mini = node("mini")
    sections(mini)
    project("spec/a_spec.rb" => spec({ "stays" => stays }))
    run = start
    wait_until_stays
    File.delete("#{mini.allowed}/anna.pub")
    wait("the daemon to say so") { mini.daemon.err.include?("was taken off the list") }
    wait("its tests to be gone") { process(/\Adtest (boot|runner)/).nil? }
    run.signal(:INT)
    run.finish
    assert_exit 130, run
    end_of(mini)
  end
end
