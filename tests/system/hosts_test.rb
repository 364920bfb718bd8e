# frozen_string_literal: true

require_relative "support"
require_relative "fleet"
require_relative "hosts"

# Three hosts, each with an address, a host name, an sshd and a dtestd of its own; two people at two of them.
class HostsTest < SystemTest
  include Fleet

  PORT = 7710
  PEOPLE = %w[alpha beta].freeze

  def setup
    super
    missing = Sshd.missing || Hosts.missing
    skip missing if missing
    @net = Hosts.new(environment)
    @hosts = %w[alpha beta gamma].map { |name| @net.add(name) }
    @sshds = @hosts.to_h { |host| [host, sshd(host)] }
    PEOPLE.each { |name| assert_exit 0, dtest("keygen", events: false, env: home(name)) }
    @daemons = @hosts.map { |host| [host, daemon(host)] }.to_h
    @hosts.take(2).each { |host| configure(host) }
  end

  # The mark is not seen in what writes its title over its environment.
  def teardown
    @sshds&.each_value(&:end)
    super
  end

  def sshd(host)
    Sshd.new(place("ssh-#{host.name}"), env: environment, port: 2222, address: host.address, prefix: host.prefix)
  end

  # Whoever works at a host has directories of his own there.
  def home(name)
    { "HOME" => place(name), "XDG_CONFIG_HOME" => place("#{name}/c"), "XDG_STATE_HOME" => place("#{name}/s") }
      .tap { |dirs| dirs.each_value { |dir| FileUtils.mkdir_p(dir) } }
  end

  def daemon(host)
    assert_exit 0, dtest("keygen", "--node", events: false, env: home(host.name))
    PEOPLE.each { |name| FileUtils.cp("#{keys(name)}/key.pub", "#{keys(host.name)}/allowed/#{name}.pub") }
    daemon = dtestd("--listen", "tcp://#{host.address}:#{PORT}", "--name", host.name, "--runners", "2", "--work-dir",
                    place("#{host.name}/work"), env: home(host.name), prefix: host.prefix)
    wait("#{host.name} to listen") { daemon.err.include?("takes work at") }
    daemon
  end

  def keys(name)
    place("#{name}/c/distributest")
  end

  # Every person uses the own machine and the other two hosts.
  def configure(person)
    FileUtils.mkdir_p("#{keys(person.name)}/nodes")
    others = @hosts.reject { |host| host == person }
    sections = others.map do |host|
      FileUtils.cp("#{keys(host.name)}/node-key.pub", "#{keys(person.name)}/nodes/#{host.name}.pub")
      "[node.#{host.name}]\nendpoint = tcp://#{host.address}:#{PORT}\nrunners = 1\n" \
        "ssh-config = #{@sshds[host].config}\n"
    end
    File.write("#{keys(person.name)}/config", "[node.local]\nrunners = 1\n#{sections.join}")
  end

  # A suite, in a directory of that person, in which each example tells where it ran; some are bad.
  def suite(person, more = {})
    telling = "File.write(#{place("seen-#{person}-").inspect} + SecureRandom.hex, " \
              "JSON.generate([Socket.gethostname, ENV['DB_PREFIX'], Dir.pwd]))"
    files = (1..9).to_h { |n| ["spec/a#{n}_spec.rb", spec({ "tells" => telling, "adds" => "expect(1 + 1).to eq 2" })] }
    files["spec/bad_spec.rb"] = spec({ "fails" => "expect(1).to eq 2", "waits" => "pending; raise" })
    project(files.merge(".rspec" => "-r json -r socket -r securerandom\n").merge(more), "#{person}/shop")
  end

  def begin_at(person, *flags)
    host = @hosts.find { |other| other.name == person }
    flags = ["--min-runners", "3", *flags] unless flags.include?("--min-runners")
    start("--wait", "100", *flags, env: home(person), prefix: host.prefix)
  end

  def seen(person)
    Dir[place("seen-#{person}-*")].map { |path| JSON.parse(File.read(path)) }
  end

  def statuses(run)
    run.of_kind("test.end").group_by { |event| event["status"] }.transform_values(&:size)
  end

  def end_all
    @daemons.each_value { |daemon| daemon.signal(:TERM) }
    @daemons.each_value { |daemon| assert_exit 0, daemon.finish }
    @sshds.each_value(&:end)
    @net.close
    assert_nothing_left
  end

  def test_two_people_use_three_hosts_at_once
    runs = PEOPLE.to_h do |person|
      suite(person)
      [person, begin_at(person)]
    end
    runs.each do |person, run|
      assert_exit 1, run.finish
      assert_equal({ "passed" => 18, "failed" => 1, "pending" => 1 }, statuses(run), person)
      assert_equal %w[alpha beta gamma], seen(person).map(&:first).uniq.sort, "hosts of #{person}'s run"
    end
    mine, other = PEOPLE.map { |person| seen(person) }
    [1, 2].each { |fact| assert_empty mine.map { |all| all[fact] } & other.map { |all| all[fact] } }
    assert_equal PEOPLE, Dir.children(place("gamma/work")).grep_v(/\A\./).map { |name| name[/\A\w+/] }.sort
    end_all
  end

  # Waits on the host that it comes to first.
  def waits
    here, go = place("first").inspect, place("go").inspect
    "File.write(#{here}, Socket.gethostname) unless File.exist?(#{here}); " \
      "sleep 0.01 until File.exist?(#{go}) || File.read(#{here}) != Socket.gethostname"
  end

  def test_a_host_that_is_cut_off
    suite("alpha", "spec/waits_spec.rb" => spec({ "waits" => waits }))
    run = begin_at("alpha", "--nodes", "beta,gamma", "--min-runners", "2")
    wait("the example that waits") { File.size?(place("first")) }
    cut = @hosts.find { |host| host.name == File.read(place("first")) }
    @net.link(cut, "down")
    assert_exit 1, run.finish
    assert_equal({ "passed" => 19, "failed" => 1, "pending" => 1 }, statuses(run))
    assert_includes told(run), "node #{cut.name}"
    wait("its tests to be gone") { process(/\Adtest (boot|runner)/).nil? }
    @net.link(cut, "up")
    FileUtils.touch(place("go"))
    again = begin_at("alpha")
    assert_exit 1, again.finish
    assert_includes joined(again), cut.name
    end_all
  end
end
