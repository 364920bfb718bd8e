# frozen_string_literal: true

require_relative "support"
require_relative "fleet"

# A node is upgraded while a run goes on.
class DrainTest < SystemTest
  include Fleet

  LARGE = "# so large that it begins early\n" * 200

  def test_a_node_is_drained_and_replaced_in_mid_run
    keygen
    nodes = %w[mini big].map { |name| node(name, "--in-place", "--runners", "1") }
    sections(*nodes, with: ["sync = off"])
    first = %w[stay hold].to_h do |name|
      leaves = "at_exit { File.write(#{place("#{name}.left").inspect}, '') }; "
      ["spec/#{name}_spec.rb", spec({ name => leaves + stays(name) }, head: LARGE)]
    end
    project(first.merge(specs(4)))
    run = start("--no-history", "--min-runners", "2", "--wait", "100")
    %w[stay hold].each { |name| wait_until_stays(name) }
    old = nodes.find { |node| node.name == where(run, "spec/stay_spec.rb") }
    drain(old, run)
    let_go("stay")
    assert_exit 0, old.daemon.finish
    assert_path_exists place("stay.left"), "its exit handlers ran"
    serve(old, "--in-place", "--runners", "1")
    wait("some of the rest, on the new daemon") { ended(run).count { |name| name == old.name } > 2 }
    let_go("hold")
    assert_exit 0, run.finish
    check(run)
    check_told(run, old.name)
    end_of(*nodes)
    assert_nothing_left
  end

  # It says so, takes no other run, and leaves what runs alone.
  def drain(node, run)
    node.daemon.signal(:USR1)
    run.wait_event("log.line") { |event| event["text"].include?("#{node.name} is being drained") }
    other = dtest("--no-history", "--nodes", node.name)
    assert_exit 69, other
    assert_includes told(other), "it is being drained, and then stopped"
    assert_nil node.daemon.status
    assert_empty ended(run)
  end

  def where(run, path)
    run.wait_event("file.start") { |event| event["path"] == path }["node"]
  end

  def ended(run)
    run.of_kind("file.end").map { |event| event["node"] }
  end

  # In one line: nothing was lost, and nothing tried twice.
  def check_told(run, name)
    left = run.of_kind("node.leave").find { |event| event["reason"].to_s.include?("drained") }
    assert_equal [name, 1], left.values_at("node", "files")
    assert_empty run.of_kind("node.lost")
    back = left["requeued"].zero? ? "" : ", #{left["requeued"]} back in the queue"
    line = /NODE #{name} left at \d:\d\d: its dtestd was drained \(SIGUSR1\); 1 file ended there#{back} /
    assert_match line, told(run)
    assert_equal 2, told(run).scan(/NODE|RETRY|WARN|note/).size, "that line, and that it joined again: #{run.screen}"
  end

  # Nothing was begun twice.
  def check(run)
    assert_equal 6, run.account.examples.size
    begun = run.of_kind("file.start").map { |event| event["path"] }
    assert_equal begun.uniq, begun
  end
end
