# frozen_string_literal: true

require_relative "support"

# Limits that the shell set.
class LimitTest < SystemTest
  def limited(limit, *arguments)
    command = start("-c", "ulimit #{limit} && exec \"$@\"", "sh", DTEST, *arguments, program: "/bin/sh", events: false)
    command.finish
  end

  def setup
    super
    project("spec/a_spec.rb" => spec)
  end

  # As a full disk: the write fails in the middle of a line.
  def test_file_size
    run = limited("-f 2", "--events", place("cut"))
    assert_exit 73, run
    assert_match(/1 passed/, run.out)
    assert_match(/cut.*(large|big)/i, run.screen)
    assert_nothing_left
  end

  # As a full TMPDIR. What is said goes through a pipe, for no file can be written.
  def test_no_room_for_a_run
    run = start("-c", '(ulimit -f 0; "$@" 2>&1; echo "status $?") | cat', "sh", DTEST, program: "/bin/sh", events: false)
    run.finish
    assert_match(/cannot write .*; a run keeps its sockets .*TMPDIR/, run.out)
    assert_match(/^status 69$/, run.out)
    assert_nothing_left
  end

  def test_few_descriptors
    run = limited("-n 24")
    refute_equal 0, run.status
    assert_match(/descriptors.*limit is 24.*ulimit/, run.screen.gsub(/\s+/, " "))
    assert_nothing_left
  end

  def test_no_core_dumps_no_matter
    assert_exit 0, limited("-c 0")
  end
end
