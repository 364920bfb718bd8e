# frozen_string_literal: true

require_relative "support"
require_relative "fleet"

# dtest log and latest.log: all that was printed in a run, by whom, in order of time.
class LogTest < SystemTest
  include Fleet

  LINE = %r{\A +\d+\.\d{3} \S+  }.freeze

  # What a spec prints, on both channels, piece by piece; the example waits in the middle.
  def printing
    "$stdout.print 'first '; $stdout.puts 'half'; $stderr.puts 'to the error channel'; $stdout.flush; #{stays}; " \
      "puts 'after it'; print 'no end'"
  end

  def hooked
    { ".distributest/node_setup" => "#!/bin/sh\necho set up here\n",
      "spec/a_spec.rb" => spec({ "prints" => printing }, head: "puts 'while loading'") }
  end

  def latest
    Dir[place("s/distributest/*/latest.log")].map { |path| File.read(path) }.first.to_s
  end

  def log(*words)
    dtest("log", *words, events: false)
  end

  def test_of_a_run_on_this_machine
    project(hooked)
    File.chmod(0o755, "#{@project}/.distributest/node_setup")
    run = start("-j1")
    wait_until_stays
    wait("the log as it comes") { latest.include?("to the error channel") }
    refute_includes latest, "after it"
    follower = start("log", "--follow", events: false)
    wait("the follower") { follower.out.include?("local/1  first half") }
    let_go
    assert_exit 0, run.finish
    assert_exit 0, follower.finish
    assert_equal follower.out, log.out
    assert_equal latest, log.out
    check_lines(log.out.lines)
    assert_exit 64, log("ffffffff")
    assert_exit 0, dtest
    assert_equal 1, latest.scan("run of project").size, "fresh each run"
    assert_includes log("latest~1").out, "first half"
  end

  def check_lines(lines)
    lines.each { |line| assert_match LINE, line }
    assert_equal lines, lines.sort_by.with_index { |line, at| [line.to_f, at] }
    said = lines.map { |line| line.sub(/\A +\S+ /, "").chomp }
    order = ["local  set up here", "local/boot  while loading", "local/1  runs spec/a_spec.rb", "local/1  first half",
             "local/1  to the error channel", "local/1  after it", "local/1  no end", "dtest  passed, exit 0"]
    assert_equal order, said & order
    assert(said.any? { |line| line.start_with?("local  node_setup: exit 0 after") })
    assert(said.any? { |line| line.start_with?("local/boot  begins, process") })
  end

  # Whoever prints without end loses of the log what is too much, and nothing else.
  def test_a_flood
    project("spec/a_spec.rb" => spec({ "floods" => "60_000.times { |n| puts 'x' * 100 + n.to_s }; puts 'done'" }))
    assert_exit 0, dtest("-j1")
    assert_match(/ bytes left out\)\n/, latest)
    assert_match(%r{local/1  done\n}, latest)
    assert_operator latest.size, :<, 17 << 20
  end

  # The second comes when the first is at work, and something was edited meanwhile.
  def test_of_two_nodes
    skip Sshd.missing if Sshd.missing
    sshd = Sshd.new(place("ssh"), env: environment, port: free_port(1))
    keygen
    mini = node("mini", "--work-dir", place("work"), "--runners", "1")
    big = keyed("big")
    sections(mini, big, with: ["ssh-config = #{sshd.config}"], big: ["ruby = #{ruby_of_big}"])
    project(far_away)
    run = start
    wait_until_stays
    File.write("#{@project}/lib/cart.rb", "# edited\n# in between\n")
    File.utime(Time.now + 5, Time.now + 5, "#{@project}/lib/cart.rb") # rsync's list has seconds only
    serve(big, "--work-dir", place("work2"), "--runners", "1")
    run.wait_event("file.end") { |event| event["node"] == "big" }
    let_go
    assert_exit 0, run.finish
    assert_match(%r{WARN big: got lib/cart.rb as it was written since the run began: }, told(run))
    check_log_of_nodes
    end_of(mini, big)
  ensure
    sshd&.end
  end

  def far_away
    prints = "puts \"ruby of \#{ENV.fetch('MINE', 'all')}\""
    quick = (1..4).to_h { |n| ["spec/q#{n}_spec.rb", spec({ "prints" => prints })] }
    first = spec({ "stays" => "puts 'far away'; #{stays}" }, head: "# long, so it is first\n" * 100)
    quick.merge("lib/cart.rb" => "# as it was\n", "spec/a_spec.rb" => first)
  end

  # A node's own Ruby, from its section.
  def ruby_of_big
    path = place("ruby-of-big")
    File.write(path, "#!/bin/sh\nMINE=big exec #{RbConfig.ruby} \"$@\"\n", perm: 0o755)
    path
  end

  def check_log_of_nodes
    said = log("--node", "mini").out
    assert_match(%r{mini  debug: rsync of \S+/project to \S+/project: exit 0}, said)
    assert_match(%r{mini/1  far away}, said)
    refute_match(/ruby of big/, said)
    assert_match(%r{big/1  ruby of big}, log("--node", "big").out)
    other = log("--node", "other")
    assert_exit 64, other
    assert_match(/--node: run \h+ had no node 'other'; it had big, mini$/, other.err)
  end
end
