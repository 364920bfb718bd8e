# frozen_string_literal: true

require "socket"
require_relative "support"
require_relative "sshd"

# The examples of the manual, typed as they stand there, one after the other.
class ManualTest < SystemTest
  MAN = File.expand_path("../../man", __dir__)

  # Each example of dtest(1) in its order: its exit code, something of what it prints, and what has to be run before it.
  EXAMPLES = [
    ["dtest", 1, /FAILED +2 failed · 8 passed/],
    ["dtest spec/models -j4 --fail-fast", 1, /Order never works/],
    ["dtest spec/models/order_spec.rb:42 --seed 48213", 0, /seed 48213.*PASSED +1 passed/m],
    ["dtest -e 'adds tax'", 0, /PASSED +3 passed/],
    ["dtest --tag ~slow", 1, /FAILED +2 failed · 7 passed/],
    ["dtest list --json | jq '[.files[].examples[]] | length'", 0, /\A10\n/],
    ["dtest --copy", 1, /runs on a copy:.*2 failed/m],
    ["dtest debug spec/models/order_spec.rb:42", 0, /Order adds tax to nothing\nPASSED/],
    ["dtest --next-failure", 1, /FAILED +\d failed/],
    ["dtest --failed-first", 1, /FAILED +1 failed/],
    ["dtest --resume latest", 0, /PASSED +\d passed/, "dtest --fail-fast --failed-first"],
    ["dtest reproduce latest:1", 1, /as runner 1 of .*Order adds tax to nothing/m, "dtest"],
    ["dtest bisect latest:1", 0, %r{FOUND .*after this file .*\n +spec/leak_spec.rb\n}, "dtest"],
    ["dtest config show", 0, %r{^run.runners +1 .*\.distributest/config:2}],
    ["dtest config check", 0, /config/],
    ["source <(dtest completion bash)", 0, /\A\z/],
    ["dtest plan --changed=main", 0, %r{spec/models/order_spec.rb}],
    ["dtest --shard 2/4", [0, 1], /part 2 of 4/],
    ["dtest show", 0, /FAILED +2 failed/, "dtest"],
    ["dtest show latest 2", 0, /FAIL 2 .*never works/],
    ["dtest history --limit 5", 0, /failed/],
    ["dtest slow --limit 10", 0, %r{spec/leak_spec.rb}],
    ["dtest flaky", 0, //],
    ["dtest log latest", 0, %r{local/1  runs spec/leak_spec.rb}],
    ["dtest log --follow", 0, /dtest  failed, exit 1/],
    ["dtest events", 0, /"kind":"run.end"/],
    ["dtest events --kind file.requeue --kind test.retry", 0, /\A\z/],
    ["dtest events --schema", 0, /"\$schema"/],
    ["dtest --events run.jsonl; dtest events --verify run.jsonl", 0, //],
    ["dtest --junit tmp/junit.xml", 1, /2 failed/],
    ["dtest report latest --json-report - | jq .summary_line", 0, /"failed: /],
    ["dtest keygen", 0, /key.pub/],
    ["dtest nodes add bigbox", 0, /exchanged keys with bigbox/],
    ["dtest nodes", 0, /^bigbox +tcp:/],
    ["dtest nodes status bigbox", 69, /bigbox/], # nobody has started its daemon
    ["dtest nodes export our-nodes", 0, %r{our-nodes/nodes and 1 public key}],
    ["dtest nodes import our-nodes", 0, /bigbox/],
    ["dtest nodes remove bigbox", 0, /bigbox/],
    ["dtest version --json", 0, /"version":"\d/],
    ["dtest help events", 0, /--from/]
  ].freeze

  def teardown
    @sshd&.end
    super
  end

  # What is indented as a command, or a block that begins like one.
  def examples(page)
    text = File.read("#{MAN}/#{page}", encoding: "UTF-8")[/^\.Sh EXAMPLES$(.*?)^\.Sh /m, 1]
    one_line = text.scan(/^\.Dl \$ (.*)$/).flatten
    blocks = text.scan(/^\.Bd -literal.*?\n(?:\$ )?((?:dtest|jq) .*?)^\.Ed$/m).flatten
    (one_line + blocks).map { |line| line.gsub("\\(dq", '"').gsub("\\&", "").gsub("\\-", "-").gsub("\\e", "\\").strip }
  end

  def type(line, programs = "")
    path = "#{programs}#{File.dirname(DTEST)}:#{ENV.fetch("PATH")}"
    start("-c", line, program: "bash", events: false, env: { "PATH" => path, "COLUMNS" => nil }).finish
  end

  # `leak_spec` runs first, because it is the largest file and, once that is known, takes longest: so it has work to do.
  # What is at line 42 fails after it.
  def shop
    adds = "  it('adds tax to nothing') { expect($leak).to be_nil }\n"
    order = "RSpec.describe 'Order' do\n#{"\n" * 40}#{adds}  it('never works') { raise 'no' }\n" \
            "  it('adds tax', :slow) {}\n  it('adds tax quickly') {}\nend\n"
    small = (1..5).to_h { |n| ["spec/small#{n}_spec.rb", spec] }
    project({ "spec/models/order_spec.rb" => order, ".distributest/config" => "[run]\nrunners = 1\n", ".rspec" => "--order defined\n",
              "spec/leak_spec.rb" => spec({ "leaks" => "$leak = 1; sleep 0.6 # #{"x" * 500}" }, group: "Leak") }
            .merge(small))
    repository
  end

  def repository
    git = ["git", "-C", @project, "-c", "user.name=a", "-c", "user.email=a@b"]
    [%w[init -q -b main], %w[add .], %w[commit -qm all], %w[checkout -qb branch]].each { |words| system(*git, *words, exception: true) }
    File.write("#{@project}/spec/models/order_spec.rb", "\n", mode: "a")
  end

  # ssh takes a person's files from where the password file has his home.
  def bigbox
    skip Sshd.missing if Sshd.missing
    inside = environment.slice("DS_MARK", "TMPDIR", "XDG_RUNTIME_DIR", "XDG_STATE_HOME", "HOME")
                        .merge("XDG_CONFIG_HOME" => place("big"), "PATH" => "#{File.dirname(DTEST)}:/usr/local/bin:/usr/bin:/bin")
    @sshd = Sshd.new(place("ssh"), env: environment, port: free_port, inside: inside)
    Dir.mkdir(place("bin"))
    words = "-F #{@sshd.config} -o HostName=127.0.0.1"
    File.write(place("bin/ssh"), "#!/bin/sh\nexec /usr/bin/ssh #{words} \"$@\"\n", perm: 0o755)
    "#{place("bin")}:"
  end

  def free_port
    TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
  end

  def check(line, codes, text, before = nil)
    type(before) if before
    command = type(line, @programs)
    assert_includes Array(codes), command.status, command.screen
    assert_match text, command.out, line
    assert_empty command.err if command.status.zero? && line !~ /nodes|keygen|bisect|debug|copy/
  end

  def test_each_example_does_what_it_says
    assert_equal EXAMPLES.map(&:first), examples("dtest.1"), "the manual's examples are those of this test"
    shop
    @programs = bigbox
    EXAMPLES.each { |row| check(*row) }
    blocks = { "dtest-reports.7" => /\AOrder|Leak/, "dtest-events.7" => /order_spec.rb:\d+ Order never works/ }
    blocks.each { |page, text| examples(page).grep(/jq/).each { |line| assert_match text, type(line).out, line } }
    @sshd.end
    assert_nothing_left
  end

  # As dtest itself names its commands.
  def test_each_command_has_an_example
    project({})
    named = type("dtest nonesuch").err[/the commands are (.*)/, 1].scan(/\w+/) - ["run"]
    missing = named.reject { |name| examples("dtest.1").any? { |line| line.match?(/\bdtest #{name}\b/) } }
    assert_empty missing, "commands without an example in dtest(1)"
  end
end
