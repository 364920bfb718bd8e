# frozen_string_literal: true

require "zlib"
require_relative "support"

# dtest events: of stored runs, and of those that go on.
class EventsCommandTest < SystemTest
  def events(*arguments, **options)
    start("events", *arguments, events: false, **options)
  end

  def heard(command)
    command.out.lines.map { |line| JSON.parse(line) }
  end

  def two_files
    project("spec/a_spec.rb" => spec({ "fails" => "puts 'said'; raise 'no'", "works" => "" }, group: "A"),
            "spec/b_spec.rb" => spec(group: "B"))
  end

  def test_a_stored_run_is_its_stream
    two_files
    run = dtest
    shown = events.finish
    assert_exit 0, shown
    assert_equal File.read(run.events_path), shown.out
    assert_empty shown.err
    assert_equal shown.out, events(run.events.first["run"][0, 6]).finish.out
  end

  def test_from_and_kind
    two_files
    run = dtest
    assert_equal run.events.drop(4), heard(events("--from", "5").finish)
    assert_equal run.of_kind("test.end"), heard(events("--kind", "test.end").finish)
    kinds = heard(events("latest", "--kind", "file", "--kind", "run.end").finish).map { |event| event["kind"] }.uniq
    assert_equal %w[file.end file.start run.end], kinds.sort
    wrong = events("--kind", "test.ends").finish
    assert_exit 64, wrong
    assert_match(/no events of the kind 'test.ends'; did you mean 'test.end'\?/, wrong.err)
  end

  # Who comes late has everything all the same.
  def test_a_run_that_goes_on_is_followed_from_its_beginning
    project("spec/a_spec.rb" => spec({ "one" => "", "stays" => stays, "two" => "" }))
    run = start("-j1")
    wait_until_stays
    follower = events
    wait("the first example") { follower.out.include?("test.end") }
    let_go
    run.finish
    assert_exit 0, follower.finish
    assert_equal File.read(run.events_path), follower.out
  end

  def test_a_killed_run_is_said_to_be_one
    project("spec/a_spec.rb" => spec({ "one" => "", "stays" => stays }))
    run = start("-j1")
    wait_until_stays
    follower = events
    wait("its beginning") { follower.out.include?("run.start") }
    run.signal(:KILL)
    run.finish
    let_go
    assert_exit 69, follower.finish
    assert_match(/its last event is missing/, follower.err)
    wait("the run to be gone") { processes.empty? }
    shown = events.finish
    assert_exit 0, shown
    assert_match(/run \h{4} was cut off: it has no last event/, shown.err)
    assert_equal 1, heard(shown).first["seq"]
  end

  def test_follow_goes_from_run_to_run
    two_files
    follower = events("--follow", "--kind", "run.end")
    2.times do |i|
      dtest
      wait("the end of run #{i + 1}") { follower.out.scan("run.end").size > i }
    end
    follower.signal(:INT)
    assert_exit 130, follower.finish
    assert_equal 2, heard(follower).map { |event| event["run"] }.uniq.size
  end

  def test_without_a_stored_log_the_socket_is_read
    project("spec/a_spec.rb" => spec({ "stays" => stays, "two" => "" }))
    run = start("-j1", "--no-history")
    wait_until_stays
    follower = events
    wait("the subscription") { follower.out.include?("stream.hello") }
    let_go
    run.finish
    assert_exit 0, follower.finish
    assert_equal "run.end", heard(follower).map { |event| event["kind"] }.grep(/\Arun/).last
  end

  def test_gaps_are_told
    two_files
    dtest
    log = Dir["#{root}/s/distributest/*/runs/*/events.jsonl.gz"].first
    lines = Zlib::GzipReader.open(log, &:readlines)
    Zlib::GzipWriter.open(log) { |gz| gz.write((lines.first(2) + lines.drop(4)).join) }
    shown = events.finish
    assert_exit 0, shown
    assert_match(/2 events missed before number 5/, shown.err)
    checked = dtest("events", "--verify", log, events: false)
    assert_exit 1, checked
  end

  def test_no_run_at_all
    two_files
    none = events("zzzz").finish
    assert_exit 64, none
    assert_match(/no run of this project is stored/, none.err)
  end

  def test_schema_refuses_what_is_no_event
    schema = JSON.parse(events("--schema").finish.out)
    assert_equal "https://json-schema.org/draft/2020-12/schema", schema["$schema"]
    two_files
    good = dtest.of_kind("test.end").first
    assert_nil complaint(good)
    refute_nil complaint(good.merge("line" => "seven"))
    refute_nil complaint(good.reject { |key, _| key == "status" })
    refute_nil complaint(good.reject { |key, _| key == "seq" })
    assert_nil complaint(good.merge("kind" => "test.later", "more" => 1)), "the stream grows"
  end

  # The answer of an independent judge.
  def complaint(event)
    skip "no Python with jsonschema" unless Schema::PYTHON
    File.write(place("schema"), events("--schema").finish.out)
    told, status = Open3.capture2e(Schema::PYTHON, "-c", Schema::CHECK, place("schema"),
                                   stdin_data: "#{JSON.generate(event)}\n")
    status.success? ? nil : told
  end
end
