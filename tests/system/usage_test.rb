# frozen_string_literal: true

require_relative "support"

# Wrong commands: what is wrong, and what to write instead.
class UsageTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec)
  end

  def assert_refused(text, *arguments, code: 64)
    run = dtest(*arguments, events: false)
    assert_exit code, run
    assert_match(/\Adtest: /, run.err)
    assert_match text, run.err
    assert_empty run.out
    assert_nothing_left
  end

  def test_a_path_outside_of_the_project
    Dir.mkdir(place("beside"))
    ["/etc/passwd", "../other_spec.rb", "../beside"].each do |path|
      File.write(place("other_spec.rb"), spec)
      run = dtest(path)
      assert_exit 64, run
      assert_match(/#{File.basename(path)} is outside of\s+the project/, run.screen)
      assert_nothing_left
    end
  end

  def test_unknown_flag
    assert_refused(/--fail-fats.*--fail-fast/m, "--fail-fats")
  end

  def test_abbreviated_flag
    assert_refused(/--fail\b/, "--fail")
  end

  def test_n_means_too_many_things
    assert_refused(/-j/, "-n", "4")
  end

  def test_bad_numbers
    assert_refused(/runners|-j/, "-j", "0")
    assert_refused(/runners|-j/, "-j", "many")
    assert_refused(/seed/, "--seed", "-1")
    assert_refused(/timeout/, "--timeout", "soon")
    assert_refused(/crash-retries/, "--crash-retries", "11")
  end

  def test_missing_value
    assert_refused(/--seed/, "--seed")
  end

  def test_framework_arguments_that_are_ours
    assert_refused(/--format/, "--", "-f", "doc")
    assert_refused(/--format/, "--", "-fd")
    assert_refused(/--format/, "--", "--format", "doc")
    assert_refused(/--events|output/, "--", "-o", "out.txt")
    assert_refused(/drb/, "--", "--drb")
    assert_refused(/bisect/, "--", "--bisect")
    assert_refused(/only-failures/, "--", "--only-failures")
    assert_refused(/--fail-fast/, "--", "--fail-fast")
  end

  def test_tcp_needs_keys
    assert_refused(/no key file .*dtest keygen/, "--publish", "tcp://127.0.0.1:9", code: 78)
  end

  def test_missing_directory
    assert_refused(%r{no/such is not a directory}, "-C", "no/such")
  end

  def test_directory_is_a_file
    assert_refused(/a_spec\.rb is not a directory/, "-C", "spec/a_spec.rb")
  end

  def test_unknown_word
    assert_refused(/frobnicate/, "frobnicate")
  end

  def test_help
    of_commands = %w[run list events version].map { |name| "help #{name}" }
    ["--help", "help", "list --help", "events -h", *of_commands].each do |words|
      run = dtest(*words.split, events: false)
      assert_exit 0, run
      assert_match(/dtest/, run.out)
      assert_empty run.err
      assert_operator run.out.lines.map(&:size).max, :<=, 101, words
    end
  end

  def test_help_of_what_there_is_not
    assert_refused(/frobnicate/, "help", "frobnicate")
  end

  def test_version
    assert_match(/\Adtest \d+\.\d+\.\d+\n\z/, dtest("version", events: false).out)
    assert_match(/\Adtest \d+\.\d+\.\d+\n\z/, dtest("--version", events: false).out)
    told = JSON.parse(dtest("version", "--json", events: false).out)
    assert_equal %w[program version protocol stream], told.keys
  end

  # As any program whose reader has enough.
  def test_a_reader_that_has_left
    dtest
    [%w[log], %w[events], %w[show], %w[history], %w[list], %w[plan], %w[--help], %w[report --junit -]].each do |words|
      reader, writer = IO.pipe
      reader.close
      run = dtest(*words, events: false, out: writer)
      writer.close
      assert_equal "SIGPIPE", run.status, words
      assert_empty run.err, words
    end
    assert_nothing_left
  end

  def test_help_to_a_full_disk
    run = dtest("--help", events: false, out: "/dev/full")
    assert_exit 73, run
  end
end
