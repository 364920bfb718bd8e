# frozen_string_literal: true

require_relative "support"

# Directories that are missing, too long, or gone.
class PlaceTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec)
  end

  def assert_passes(**options)
    run = dtest(**options)
    assert_exit 0, run
    assert_empty run.account.faults
    assert_nothing_left
    run
  end

  def test_missing_tmpdir
    assert_passes(env: { "TMPDIR" => "#{root}/missing", "XDG_RUNTIME_DIR" => nil })
  end

  def test_tmpdir_too_long_for_a_socket
    long = "#{root}/t/#{"x" * 120}"
    Dir.mkdir(long)
    assert_exit 0, dtest(env: { "TMPDIR" => long, "XDG_RUNTIME_DIR" => nil })
    assert_empty Dir.children(long)
  end

  def test_runtime_directory_not_writable
    File.write(place("file"), "")
    assert_passes(env: { "XDG_RUNTIME_DIR" => place("file") })
  end

  def test_relative_tmpdir
    assert_exit 0, dtest(env: { "TMPDIR" => "tmp" })
  end

  def test_deleted_directory
    run = start(events: false, program: "/bin/sh", dir: project({ "spec/a_spec.rb" => spec }, "doomed"))
    run.finish
    doomed = Command.new(["/bin/sh", "-c", "cd #{@project} && rm -r #{@project} && exec #{DTEST}"],
                         env: environment, dir: @project)
    @commands << doomed
    doomed.finish
    assert_exit 78, doomed
    assert_match(/dtest: .*directory/, doomed.err)
    assert_nothing_left
  end

  def test_project_deleted_during_the_run
    project({ "spec/a_spec.rb" => spec({ "stays" => stays }) }, "doomed")
    run = start
    wait_until_stays
    FileUtils.rm_rf(@project)
    let_go
    run.finish
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_path_with_spaces_and_more
    project({ "spec/ä b'c\"_spec.rb" => spec({ "passes" => "" }) }, "my prøject \#{x}")
    run = assert_passes
    assert_equal 1, run.account.counts["passed"]
  end

  def test_publish_endpoint_taken
    File.write(place("taken"), "not a socket")
    run = dtest("--publish", "ipc://#{place("taken")}")
    assert_exit 78, run
    assert_match(/taken/, run.err)
    assert_equal "not a socket", File.read(place("taken"))
    assert_nothing_left
  end

  def test_publish_endpoint_of_another_run
    project({ "spec/a_spec.rb" => spec({ "stays" => stays }) }, "stays")
    first = start("--publish", "ipc://#{place("p")}")
    wait_until_stays
    second = dtest("--publish", "ipc://#{place("p")}")
    assert_includes [64, 69, 73, 78], second.status
    assert_match(%r{#{place("p")}}, second.err)
    let_go
    assert_exit 0, first.finish
  end

  def test_publish_into_a_missing_directory
    run = dtest("--publish", "ipc://#{root}/no/p")
    assert_exit 78, run
    assert_match(%r{no/p}, run.err)
    assert_nothing_left
  end
end
