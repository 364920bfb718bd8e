# frozen_string_literal: true

require_relative "support"

# dtest list shows what dtest would run.
class ListTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec({ "one" => "", "two" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "three" => "" }, group: "B"))
  end

  def list(*arguments, **options)
    dtest("list", *arguments, events: false, **options)
  end

  def test_text
    run = list
    assert_exit 0, run
    assert_equal "spec/a_spec.rb\n  3  A one\n  6  A two\nspec/b_spec.rb\n  3  B three\n2 files, 3 examples\n", run.out
    assert_empty run.err
    assert_nothing_left
  end

  def test_json
    files = JSON.parse(list("--json").out)["files"]
    assert_equal %w[spec/a_spec.rb spec/b_spec.rb], files.map { |file| file["path"] }
    assert_equal({ "id" => "./spec/a_spec.rb[1:1]", "line" => 3, "name" => "A one" }, files[0]["examples"][0])
  end

  def test_line
    assert_match(/A two\n1 file, 1 example\n\z/, list("spec/a_spec.rb:6").out)
  end

  def test_filter
    assert_match(/B three/, list("--", "-e", "three").out)
    refute_match(/A one/, list("--", "-e", "three").out)
  end

  def test_nothing
    run = list("--pattern", "nothing/**/*_spec.rb")
    assert_exit 4, run
    assert_match(/no file matches/, run.err)
  end

  def test_file_that_does_not_load
    File.write("#{@project}/spec/b_spec.rb", "raise 'broken'\n")
    run = list
    assert_exit 1, run
    assert_match(/did not load.*broken/m, run.out)
    assert_match(/A one/, run.out)
  end

  def test_runs_nothing
    project({ "spec/a_spec.rb" => spec({ "writes" => "File.write(#{place("ran").inspect}, '')" }) }, "writing")
    assert_exit 0, list
    refute File.exist?(place("ran"))
  end

  # What narrows a run narrows its list.
  def test_takes_what_selects
    broken = "raise 'broken' unless File.exist?(#{place("mended").inspect})"
    project("spec/a_spec.rb" => spec({ "one" => "", "two" => broken }, group: "A"))
    Dir["#{@project}/**/*.rb"].each { |path| File.utime(Time.now - 100, Time.now - 100, path) }
    assert_exit 1, dtest("-j1", "--seed", "1")
    assert_match(/\Aspec\/a_spec.rb\n  6  A two\n1 file, 1 example\n\z/, list("--failed").out)
    assert_match(/A two\n1 file, 1 example\n\z/, list("--next-failure").out)
    assert_match(/A one\n.*B three\n2 files, 3 examples\n\z/m, list("--failed-first").out)
    repeated = list("--reproduce", "latest:1", "--alone")
    assert_match(/A one\n.*A two\n1 file, 2 examples\n\z/m, repeated.out)
    assert_match(/as runner 1 of \h+ did/, repeated.err)
    File.write(place("files"), "spec/b_spec.rb\n")
    assert_match(/B three\n1 file, 1 example\n\z/, list("--files-from", place("files")).out)
    parts = (1..2).map { |part| list("--shard", "#{part}/2") }
    assert_equal [%w[spec/a_spec.rb], %w[spec/b_spec.rb]], parts.map { |part| part.out.scan(/^spec.*/) }.sort
    parts.each { |part| assert_match(%r{part \d of 2, even by size: 1 of 2 files}, part.err) }
    File.write(place("mended"), "")
    assert_exit 0, dtest
    ["--failed", "--resume=latest"].each do |choice|
      none = list(choice)
      assert_exit 0, none
      assert_match(/nothing/, none.out)
    end
    assert_equal "{\"files\":[]}\n", list("--failed", "--json").out
    assert_exit 64, list("--failed", "--changed")
  end

  def test_to_a_full_disk
    assert_exit 73, list(out: "/dev/full")
  end

  def test_is_what_runs
    listed = JSON.parse(list("--json").out)["files"].flat_map { |file| file["examples"] }
    assert_equal listed.map { |example| example["id"] }.sort, dtest.account.examples.map { |event| event["id"] }.sort
  end
end
