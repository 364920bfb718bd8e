# frozen_string_literal: true

require_relative "support"

# The readers of examples/readers beside real runs.
class ReadersTest < SystemTest
  TREE = File.expand_path("../..", __dir__)
  READERS = File.join(TREE, "examples/readers")
  BUILD = File.expand_path("..", File.dirname(DTEST))
  PYTHON = %w[python3 /usr/bin/python3].find { |name| system(name, "-c", "import zmq, msgpack", err: File::NULL) }
  RUBY = %w[ruby /usr/bin/ruby].find { |name| system(name, "-rffi-rzmq", "-rmsgpack", "-e", "", err: File::NULL) }

  def setup
    super
    @endpoint = "ipc://#{place("p")}"
    @list = place("errors.txt")
  end

  def reader(name, *arguments, **options)
    program = name.end_with?(".py") ? PYTHON : RUBY
    skip "nothing here runs #{name}: install what tools/install-deps test names" unless program
    start(File.join(READERS, name), *arguments, program: program, events: false, **options)
  end

  # A program that stands for the desktop.
  def desktop
    script = place("notify-send")
    File.write(script, "#!/bin/sh\nprintf '%s|%s|%s\\n' \"$1\" \"$3\" \"$4\" >>#{place("told")}\n")
    File.chmod(0o755, script)
    { "DTEST_NOTIFY" => script, "PATH" => "#{File.dirname(DTEST)}:#{ENV["PATH"]}" }
  end

  def told
    File.exist?(place("told")) ? File.readlines(place("told"), chomp: true) : []
  end

  # As the header's own lines say; the installed file has the same flags with another directory.
  def compiled
    search = { "PKG_CONFIG_PATH" => "#{BUILD}/meson-private" }
    flags, status = Open3.capture2(search, "pkg-config", "--define-variable=includedir=#{TREE}/include",
                                   "--cflags", "--libs", "distributest")
    assert status.success?, "pkg-config knows distributest"
    built, status = Open3.capture2e("c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "#{READERS}/failures.cpp",
                                    *flags.split, "-o", place("failures"))
    assert status.success?, built
    place("failures")
  end

  # All come when one example has failed and another one stays; a third fails afterwards.
  def test_readers_that_come_late
    program = compiled
    project("spec/a_spec.rb" => spec({ "fails" => "raise 'no luck'", "stays" => stays, "<later>" => "raise 'nor here'" }))
    run = start("-j1", "--publish", @endpoint, "--", "--order", "defined")
    wait_until_stays
    notifier = reader("notify.py", env: desktop)
    list = reader("error_list.rb", @endpoint, @list)
    native = start(@endpoint, program: program, events: false)
    wait("the notifier to hear of the first") { !told.empty? }
    wait("the list to have the first") { File.size?(@list) }
    wait("the native reader to be greeted") { native.err.include?("1 failed before") }
    assert_equal ["spec/a_spec.rb:4: Thing fails: no luck\n"], File.readlines(@list)
    let_go
    assert_exit 1, run.finish
    assert_exit 0, notifier.finish
    assert_exit 0, list.finish
    assert_exit 1, native.finish
    assert_equal "spec/a_spec.rb:10: Thing <later>: nor here\n", File.readlines(@list).last
    assert_match(%r{\Aspec/a_spec.rb:\d+: Thing <later>\n\z}, native.out)
    assert_equal ["--urgency=critical|project: a test failed|1 so far",
                  "--urgency=critical|project: failed|1 passed, 2 failed"], told.map { |line| line.sub(/ in \S+s$/, "") }
  end

  # Verdicts that are void go from the list again.
  def test_the_list_has_no_verdict_that_is_void
    once = place("once").inspect
    project("spec/a_spec.rb" => spec({ "stays" => stays, "bad" => "raise 'always'",
                                       "flaky" => "(File.write(#{once}, ''); raise 'once') unless File.exist?(#{once})" }))
    run = start("-j1", "--retries", "1", "--publish", @endpoint, "--no-history", "--", "--order", "defined")
    wait_until_stays
    list = reader("error_list.rb", @endpoint, @list)
    wait("the list to be made") { File.exist?(@list) }
    assert_exit 1, run.tap { let_go }.finish
    assert_exit 0, list.finish
    assert_equal 1, run.of_kind("run.end").first["counts"]["flaky"]
    assert_match(/\A\S+: Thing bad: always\n\z/, File.read(@list))
  end

  def test_misuse
    { "notify.py" => 2, "error_list.rb" => 2, "events.py" => 2 }.each do |name, code|
      assert_exit code, reader(name, "--nonsense").finish
    end
  end
end
