# frozen_string_literal: true

require_relative "support"
require_relative "network"

# What README says to type, typed as it stands there.
class ReadmeTest < SystemTest
  include Fleet
  include Network

  README = File.expand_path("../../README.md", __dir__)
  BIGBOX = "192.0.2.7"

  def setup
    super
    skip Network.missing if Network.missing
    @net = Hosts.new(environment)
    @here, @big = %w[here bigbox].map { |name| @net.add(name) }
    @net.also(@here, "192.0.2.1")
    @net.also(@big, BIGBOX)
    @sshd = Sshd.new(place("ssh"), env: environment, port: 22, address: BIGBOX, prefix: @big.prefix, inside: there,
                                   start_in: home("big")["HOME"])
    Dir.mkdir(place("bin"))
    # ssh takes a person's files from where the password file has his home.
    File.write(place("bin/ssh"), "#!/bin/sh\nexec /usr/bin/ssh -F #{@sshd.config} -o User=root \"$@\"\n", perm: 0o755)
  end

  def teardown
    @sshd&.end
    close_network
    super
  end

  # What is run through ssh is found by the mark of this test.
  def there
    environment(home("big")).slice("DS_MARK", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")
                            .merge("PATH" => path)
  end

  def path
    "#{File.dirname(DTEST)}:/usr/local/bin:/usr/bin:/bin"
  end

  # The lines of the first block of a chapter.
  def commands(chapter)
    text = File.read(README)[/^## #{chapter}\n.*?^```\n(.*?)^```$/m, 1] or flunk "no #{chapter} in README"
    text.lines(chomp: true)
  end

  def type(line)
    start("-c", line, program: "/bin/sh", events: false, prefix: @here.prefix,
                      env: home("anna").merge("PATH" => "#{place("bin")}:#{path}")).finish
  end

  # From nothing to a run on two nodes.
  def test_more_machines
    lines = commands("More machines")
    assert_equal 5, lines.size
    Dir.mkdir(place("ran"))
    project((1..12).to_h { |n| ["spec/a#{n}_spec.rb", spec({ "works" => on_both }, head: "require 'socket'")] })
    said = lines.map { |line| obey(line) }
    assert_match(/\Adtest \d/, said[0])
    assert_match(/exchanged keys with 192.0.2.7/, said[1])
    assert_match(/\Abigbox: \d+ runners?, 0 busy/, said[3])
    assert_match(/^nodes +bigbox.* local/, said[4])
    assert_match(/PASSED +12 passed/, said[4])
    assert_equal %w[bigbox here], Dir.children(place("ran")).sort
    Process.kill(:TERM, daemon.pid)
    wait("the daemon to end") { daemon.nil? }
    @sshd.end
    @net.close
    assert_nothing_left
  end

  # Goes on once both machines have run one.
  def on_both
    ran = place("ran")
    "File.write(File.join(#{ran.inspect}, Socket.gethostname), ''); #{waits_until("Dir.children(#{ran.inspect}).size == 2")}"
  end

  def daemon
    process(/\Adtestd --listen/)
  end

  # Who types is never as fast as this.
  def obey(line)
    command = type(line)
    assert_exit 0, command
    wait("the daemon") { File.read(place("big/dtestd.log")).include?("takes work at") } if line.include?("setsid dtestd")
    command.screen
  end
end
