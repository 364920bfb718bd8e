# frozen_string_literal: true

require_relative "support"
require_relative "network"

# Three hosts, each with an address, a host name, an sshd and a dtestd of its own; two people at two of them.
class HostsTest < SystemTest
  include Fleet
  include Network

  PEOPLE = %w[alpha beta].freeze

  def setup
    super
    skip Network.missing if Network.missing
    build_network(%w[alpha beta gamma], people: PEOPLE)
    # Every person uses the own machine and the other two hosts.
    PEOPLE.each { |name| configure(name, @hosts - [host(name)], local: 1, with: { "runners" => 1 }) }
  end

  def teardown
    close_network
    super
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
    flags = ["--min-runners", "3", *flags] unless flags.include?("--min-runners")
    start_at(person, "--wait", "100", *flags)
  end

  def seen(person)
    Dir[place("seen-#{person}-*")].map { |path| JSON.parse(File.read(path)) }
  end

  def statuses(run)
    run.of_kind("test.end").group_by { |event| event["status"] }.transform_values(&:size)
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
    end_network(*@daemons.values)
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
    end_network(*@daemons.values)
  end
end
