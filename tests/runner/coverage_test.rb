# frozen_string_literal: true

require "minitest/autorun"
require "tmpdir"
require_relative "../../src/runner/libraries/simplecov/counts"
require_relative "../../src/runner/libraries/simplecov/store"

# Sums of coverage, and the files in which runners leave theirs.
class CoverageTest < Minitest::Test
  C = Distributest::CoverageCounts
  Store = Distributest::CoverageStore
  IF = [:if, 0, 2, 2, 4, 5].freeze

  def counts(lines, taken = 0)
    { lines: lines, branches: { IF => { [:then, 1] => taken, [:else, 2] => 0 } } }
  end

  def test_difference_leaves_out_what_did_not_change
    before = { "a" => counts([1, nil, 0]), "b" => [1, 2] }
    now = { "a" => counts([1, nil, 3], 2), "b" => [1, 2], "c" => [1] }
    assert_equal({ "a" => counts([0, nil, 3], 2), "c" => [1] }, C.difference(now, before))
  end

  def test_difference_and_sum_are_inverse
    before = { "a" => counts([1, nil, 0]), "b" => [1, nil], "o" => { oneshot_lines: [1, 2] } }
    now = { "a" => counts([4, nil, 1], 5), "b" => [7, nil], "o" => { oneshot_lines: [1, 2, 9] } }
    assert_equal now, C.sum(before, C.difference(now, before))
  end

  # Ruby begins to count anew.
  def test_a_file_that_was_loaded_again
    assert_equal({ "a" => [1, 0] }, C.difference({ "a" => [1, 0] }, { "a" => [1, 5] }))
  end

  def test_what_everybody_loaded_counts_once
    assert_equal({ "a" => counts([1, nil, 2], 3), "b" => [1] },
                 C.larger({ "a" => counts([1, nil, 2], 1) }, { "a" => counts([1, nil, 0], 3), "b" => [1] }))
  end

  def test_sums_of_lists_of_different_length
    assert_equal({ "a" => [3, nil, 4, 1] }, C.sum({ "a" => [1, nil, 4] }, { "a" => [2, nil, nil, 1] }))
  end

  def in_a_store
    Dir.mktmpdir { |home| yield home }
  end

  def item(path, number, attempt = 1)
    { "f" => path, "item" => number, "a" => attempt }
  end

  def test_what_a_runner_stored
    in_a_store do |home|
      runner = Store.new(home)
      runner.open_for("1.77")
      runner.note(item("spec/a b_spec.rb", 0), false)
      runner.keep({ "a" => [1] }, 1)
      runner.note(item("spec/ü_spec.rb", 1), true)
      part, = Store.new(home).parts
      assert_equal({ "a" => [1] }, part.counts)
      assert_equal ["spec/a b_spec.rb", "spec/ü_spec.rb"], part.entries.map(&:path)
      assert_equal ["spec/ü_spec.rb"], part.lost
      assert_empty runner.parts, "its own"
      runner.keep({ "a" => [2] }, 2)
      assert_empty Store.new(home).parts.first.lost
    end
  end

  def test_a_runner_that_stored_nothing
    in_a_store do |home|
      runner = Store.new(home)
      runner.open_for("1.77")
      runner.note(item("a", 0), false)
      assert_equal [{}, ["a"]], [Store.new(home).parts.first.counts, Store.new(home).parts.first.lost]
    end
  end

  def test_bad_is_what_was_last
    in_a_store do |home|
      runner = Store.new(home)
      runner.open_for("1.77")
      runner.note(item("a", 0), true)
      assert runner.bad?(%w[a])
      runner.note(item("a", 5), false)
      refute runner.bad?(%w[a])
      assert runner.bad?(%w[a b]), "b was not run"
      other = Store.new(home)
      other.open_for("2.78")
      other.note(item("b", 1, 2), false)
      other.note(item("b", 1, 1), true)
      refute runner.bad?(%w[a b]), "a later attempt counts, whoever wrote first"
    end
  end

  def test_one_is_first_and_waits_for_the_others
    in_a_store do |home|
      mine, theirs = Array.new(2) { Store.new(home) }
      mine.open_for("1.1")
      assert mine.first?
      refute theirs.first?
      mine.live
      release, keep = IO.pipe
      ready, say = IO.pipe
      child = fork do
        keep.close
        theirs.live
        say.write("1")
        release.read
        exit!(0)
      end
      ready.read(1)
      refute mine.others_gone?
      keep.close
      release.close
      Process.wait(child)
      assert mine.others_gone?
    end
  end
end
