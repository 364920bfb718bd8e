# frozen_string_literal: true

require_relative "support"

# --events, where it can be written and where it cannot.
class EventFileTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec({ "fails" => "expect(1).to eq 2" }, group: "A"),
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
  end

  def test_full_disk_takes_the_place_of_0_only
    run = dtest("spec/b_spec.rb", "--events", "/dev/full", events: false)
    assert_exit 73, run
    assert_match(%r{/dev/full.*(space|full)}i, run.screen)
    assert_match(/1 passed/, run.screen)
    run = dtest("--events", "/dev/full", events: false)
    assert_exit 1, run
    assert_nothing_left
  end

  # `ulimit -f`, in blocks of 512 bytes: not a word of the run is lost but in that file.
  def test_limit_of_file_sizes
    files = (1..30).to_h { |n| ["spec/f#{n}_spec.rb", spec({ "a" => "", "b" => "" }, group: "F#{n}")] }
    project(files, "green")
    run = dtest("-c", "ulimit -f 16 && exec #{DTEST} --no-history --events #{place("small")}",
                program: "/bin/sh", events: false)
    assert_exit 73, run
    assert_match(/60 passed/, run.out)
    assert_match(/#{Regexp.escape(place("small"))}.*File too large/m, run.screen)
    assert_nothing_left
  end

  def test_unwritable
    run = dtest("spec/b_spec.rb", "--events", "no/such/dir/events", events: false)
    assert_includes [64, 73], run.status
    assert_match(%r{no/such/dir/events}, run.screen)
    assert_nothing_left
  end

  def test_directory
    run = dtest("spec/b_spec.rb", "--events", root, events: false)
    assert_includes [64, 73], run.status
    assert_match(/directory/i, run.screen)
  end

  def test_standard_output
    run = dtest("--events", "-", events: false)
    assert_exit 64, run
    assert_match(/dtest events/, run.err)
  end

  def test_fifo_that_nobody_reads_after_a_while
    File.mkfifo(place("fifo"))
    reader = File.open(place("fifo"), File::RDONLY | File::NONBLOCK)
    run = start("spec/b_spec.rb", "--events", place("fifo"), events: false)
    wait("the first event") { reader.read_nonblock(10, exception: false).is_a?(String) }
    reader.close
    run.finish
    assert_exit 73, run
    assert_match(/1 passed/, run.screen)
  end

  def test_every_line_has_the_envelope
    run = dtest
    assert_empty run.account.faults
    run.events.each { |event| assert_equal %w[v stream seq ts elapsed kind run], event.keys.first(7) }
    assert_equal 1, run.events.map { |event| event["stream"] }.uniq.size
  end
end
