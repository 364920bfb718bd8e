# frozen_string_literal: true

require_relative "support"
require_relative "fleet"

# The live event stream, read by others.
class StreamTest < SystemTest
  include Fleet
  READER = File.expand_path("../../examples/readers/events.py", __dir__)
  PYTHON = %w[python3 /usr/bin/python3].find { |name| system(name, "-c", "import zmq, msgpack", err: File::NULL) }

  def setup
    super
    @endpoint = "ipc://#{place("p")}"
  end

  def many
    examples = (1..20).to_h { |n| ["e#{n}", "puts 'x' * 100"] }
    project((1..5).to_h { |i| ["spec/#{i}_spec.rb", spec(examples, group: "G#{i}")] })
  end

  def held
    project("spec/a_spec.rb" => spec((1..30).to_h { |n| ["e#{n}", ""] }.merge("stays" => stays)))
  end

  def reader(*arguments)
    skip "no Python with zmq and msgpack" unless PYTHON
    start(READER, *arguments, program: PYTHON, events: false)
  end

  # The reader is there first; it hears of every example once.
  def test_python_reader
    held
    run = start("-j1", "--publish", @endpoint, "--", "--order", "defined")
    wait_until_stays
    late = reader(@endpoint)
    wait("the subscription") { late.screen != "" || connected?(late) }
    let_go
    run.finish
    assert_exit 0, run
    assert_exit 0, late.finish
    assert_match(/31 passed/, late.out)
  end

  def test_python_reader_before_the_run
    many
    early = reader(@endpoint)
    run = start("--publish", @endpoint, "--ruby", waiting_ruby)
    wait("the reader's connection") { connected?(early) }
    let_go("ruby")
    run.finish
    early.finish
    assert_exit 0, early
    examples = early.out.lines.grep(/\Apassed +\d/)
    assert_equal 100, examples.size, early.screen
    assert_match(/seen: 100 finished examples; missed: 0 events/, early.out)
  end

  def test_socket_equals_file
    many
    run = start("--publish", @endpoint, "--ruby", waiting_ruby)
    follower = start("events", @endpoint, events: false)
    wait("the subscription") { follower.out != "" }
    let_go("ruby")
    run.finish
    assert_exit 0, follower.finish
    heard = follower.out.lines.map { |line| JSON.parse(line) }.reject { |event| event["kind"].start_with?("stream.") }
    first = heard.first["seq"]
    written = run.events.select { |event| event["seq"] >= first }
    keys = %w[seq kind id]
    assert_equal written.map { |event| event.values_at(*keys) }, heard.map { |event| event.values_at(*keys) }
    assert_equal(*[written, heard].map { |events| events.find { |event| event["kind"] == "test.end" } })
  end

  # On TCP: own key, a key that is let in, and one that is not.
  def test_keys_on_tcp
    many
    port = free_port(1)
    keyless = dtest("--publish", "tcp://127.0.0.1:#{port}", events: false)
    assert_exit 78, keyless
    assert_match(/no key file .*dtest keygen/, keyless.err)
    homes = %w[c bob eve].to_h { |name| [name, { "XDG_CONFIG_HOME" => place(name) }] }
    homes.each_value { |home| assert_exit 0, dtest("keygen", events: false, env: home) }
    FileUtils.mkdir(place("c/distributest/readers"), mode: 0o700)
    FileUtils.cp(place("bob/distributest/key.pub"), place("c/distributest/readers/bob.pub"))
    run = start("--publish", "tcp://127.0.0.1:#{port}", "--ruby", waiting_ruby)
    mine, bob, eve = homes.map do |name, home|
      whose = name == "c" ? [] : ["--publisher-key", place("c/distributest/key.pub")]
      start("events", "tcp://127.0.0.1:#{port}", *whose, events: false, env: home)
    end
    [mine, bob].each { |reader| wait("the subscription") { reader.out != "" } }
    refused = run.wait_event("log.line") { |event| event["text"].include?("reader of the event stream") }
    assert_match(/refused: unknown key .* belongs into #{place("c/distributest/readers")}/, refused["text"])
    let_go("ruby")
    assert_exit 0, run.finish
    [mine, bob].each { |reader| assert_exit 0, reader.finish }
    [mine, bob].each { |reader| assert_equal 100, reader.out.scan('"kind":"test.end"').size }
    eve.signal(:TERM)
    assert_exit 143, eve.finish
    assert_empty eve.out
  end

  # In silence a reader learns that it has missed nothing.
  def test_hello_beat_and_bye
    many
    run = start("--publish", @endpoint, "--ruby", waiting_ruby)
    run.wait_event("node.join")
    follower = start("events", @endpoint, events: false)
    wait("two beats") { follower.out.scan("stream.beat").size >= 2 }
    told = follower.out.lines.map { |line| JSON.parse(line) }
    hello, snapshot = told
    assert_equal ["stream.hello", @endpoint], hello.values_at("kind", "endpoint")
    assert_equal ["stream.snapshot", hello["seq"]], snapshot.values_at("kind", "seq")
    assert_equal ["project", ["local"]], [snapshot["start"]["project"], snapshot["nodes"]]
    assert_path_exists snapshot["log"]
    beats = told.select { |event| event["kind"] == "stream.beat" }
    assert_equal [hello["seq"]], beats.map { |event| event["last_seq"] }.uniq
    Schema.take(told)
    let_go("ruby")
    run.finish
    assert_exit 0, follower.finish
    refute_match(/missed/, follower.err)
  end

  # More than wait for one reader: 10,000 messages, and what the system keeps for its socket.
  def far_too_many
    body = "  12_500.times { |n| it('does no more than it has to, time ' + n.to_s) {} }\n  it('stays') { #{stays} }\n"
    project("spec/a_spec.rb" => "RSpec.describe 'A' do\n#{body}end\n")
  end

  # The run goes on past everything that its two stopped readers can have waiting. One goes on before the end, and the
  # numbers tell it what it missed; the other one is stopped until the run has ended, and learns where the rest is.
  def test_stopped_readers_slow_nothing_and_learn_what_they_missed
    far_too_many
    run = start("-j1", "--publish", @endpoint, "--ruby", waiting_ruby, "--", "--order", "defined")
    early, late = readers = Array.new(2) { start("events", @endpoint, events: false) }
    readers.each { |reader| wait("the subscription") { reader.out != "" } }
    readers.each { |reader| reader.signal(:STOP) }
    let_go("ruby")
    wait("all but the last example, and all of them told") { end_of(run).include?('"passed":12500') }
    early.signal(:CONT)
    wait("word of what was missed") { early.err.include?("missed") }
    let_go
    assert_exit 0, run.finish
    assert_equal "T", Machine.entry(late.pid).state, "it stands still until the end"
    assert_exit 0, early.finish
    check_gaps(run, early)
    late.signal(:CONT)
    assert_exit 69, late.finish
    check_end(run, late)
    assert_nothing_left
  end

  # The last lines of its event file. All of it would be much to read again and again.
  def end_of(run)
    File.open(run.events_path) { |file| file.size > 4096 ? file.pread(4096, file.size - 4096) : "" }
  rescue Errno::ENOENT
    ""
  end

  def numbers(reader)
    reader.out.lines.map { |line| JSON.parse(line) }.reject { |e| e["kind"].start_with?("stream.") }.map { |e| e["seq"] }
  end

  def check_gaps(run, reader)
    heard = numbers(reader)
    missing = (heard.first..run.lines).to_a - heard
    refute_empty missing
    told = reader.err.scan(/^dtest: (.+?) events? missed/).flatten.sum { |number| number.gsub(/\D/, "").to_i }
    assert_equal missing.size, told, reader.err
  end

  # The command that it is told has everything that it did not hear.
  def check_end(run, reader)
    newest = numbers(reader).last
    command = reader.err[/ended without saying how: .*: dtest (events \h+ --from \d+)$/, 1]
    rest = numbers(dtest(*command.to_s.split, events: false))
    assert_equal (newest + 1..run.lines).to_a, rest, reader.err
  end

  def test_events_of_the_run_that_goes_on
    held
    run = start("-j1")
    wait_until_stays
    endpoint = dtest("events", "--endpoint", events: false)
    assert_exit 0, endpoint
    assert_match(%r{\Aipc://\S+\n\z}, endpoint.out)
    follower = start("events", events: false)
    named = start("events", run.of_kind("run.start").first["run"][0, 8], events: false)
    [follower, named].each { |reader| wait("the first line") { reader.out.include?("\n") } }
    let_go
    run.finish
    [follower, named].each do |reader|
      assert_exit 0, reader.finish
      assert_equal "run.end", JSON.parse(reader.out.lines.last)["kind"]
    end
  end

  def test_events_without_a_run
    run = dtest("events", events: false)
    assert_exit 64, run
    assert_match(/no run/, run.err)
  end

  def test_events_of_an_unknown_run
    held
    run = start
    wait_until_stays
    asked = dtest("events", "zzzz", events: false)
    assert_exit 64, asked
    assert_match(/zzzz/, asked.err)
    let_go
    run.finish
  end

  def test_follower_of_a_killed_run
    held
    run = start("-j1")
    wait_until_stays
    follower = start("events", events: false)
    wait("the first line") { follower.out.include?("\n") }
    run.signal(:KILL)
    run.finish
    assert_exit 69, follower.finish
    assert_match(/without saying how/, follower.err)
    assert_nothing_left
  end

  def test_follower_with_a_broken_pipe
    held
    run = start("-j1")
    wait_until_stays
    out, writer = IO.pipe
    follower = start("events", events: false, out: writer)
    writer.close
    out.gets
    out.close
    let_go
    assert_exit 0, run.finish
    refute_equal 0, follower.finish.status
  end

  private

  # A Ruby that starts only when the test says so: until then nobody can miss anything.
  def waiting_ruby
    script = place("waiting-ruby")
    File.write(script, "#!/bin/sh\nuntil [ -e #{place("ruby.go")} ]; do sleep 0.02; done\nexec ruby \"$@\"\n")
    File.chmod(0o755, script)
    script
  end

  # A connection of the socket that the run listens at.
  def connected?(reader)
    sockets = Dir["/proc/#{reader.pid}/fd/*"].filter_map { |fd| File.readlink(fd)[/socket:\[(\d+)\]/, 1] rescue nil }
    table = File.readlines("/proc/net/unix").map(&:split)
    table.any? { |row| row[7] == place("p") && row[5] == "03" } && !sockets.empty?
  end
end
