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
    first = %w[stay hold].to_h { |name| ["spec/#{name}_spec.rb", spec({ name => stays(name) }, head: LARGE)] }
    project(first.merge(specs(4)))
    run = start("--no-history", "--min-runners", "2", "--wait", "100")
    %w[stay hold].each { |name| wait_until_stays(name) }
    old = nodes.find { |node| node.name == where(run, "spec/stay_spec.rb") }
    drain(old, run)
    let_go("stay")
    assert_exit 0, old.daemon.finish
    serve(old, "--in-place", "--runners", "1")
    wait("some of the rest, on the new daemon") { ended(run).count { |name| name == old.name } > 2 }
    let_go("hold")
    assert_exit 0, run.finish
    check(run)
    end_of(*nodes)
    assert_nothing_left
  end

  # It says so, takes no other run, and leaves what runs alone.
  def drain(node, run)
    node.daemon.signal(:USR1)
    wait("the line about it") { told(run).include?("#{node.name} is being drained") }
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

  # Nothing was begun twice.
  def check(run)
    assert_equal 6, run.account.examples.size
    begun = run.of_kind("file.start").map { |event| event["path"] }
    assert_equal begun.uniq, begun
  end
end
