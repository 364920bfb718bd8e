# frozen_string_literal: true

require "rbconfig"
require_relative "support"

# `--copy`: the runners work in a copy, so that the project may be edited; without it what changed is told.
class CopyTest < SystemTest
  def environment(extra = {})
    super({ "XDG_CACHE_HOME" => "#{@root}/cache" }.merge(extra))
  end

  def copies
    Dir.glob("#{@root}/cache/distributest/copies/*/*/project")
  end

  def test_what_is_edited_meanwhile_does_not_count
    project("spec/a_spec.rb" => spec({ "stays" => stays }),
            "spec/b_spec.rb" => spec({ "is what it was" => "expect(File.read('data')).to eq('old')" }),
            "data" => "old", "log/test.log" => "long")
    run = start("--copy", "--preload", "off", "-j1")
    wait_until_stays
    File.write("#{@project}/data", "new")
    File.write("#{@project}/spec/b_spec.rb", "raise 'edited'\n")
    let_go
    run.finish
    assert_exit 0, run
    assert_empty run.of_kind("file.changed")
    assert_equal @project, run.of_kind("run.start").first["dir"]
    assert_includes run.out, copies.first
    assert_empty Dir.glob("#{copies.first}/log/*")
    assert_equal 0o700, File.stat("#{@root}/cache/distributest/copies").mode & 0o7777
    assert_nothing_left
  end

  def test_paths_are_those_of_the_project
    project("spec/a_spec.rb" => spec({ "fails" => "raise 'no'", "passes" => "" }))
    run = dtest("--copy", "#{@project}/spec/a_spec.rb")
    assert_exit 1, run
    assert_includes run.out, "dtest run spec/a_spec.rb:"
    failed = run.of_kind("test.end").find { |event| event["status"] == "failed" }
    assert_equal "spec/a_spec.rb", failed["path"]
    assert_match(%r{\A(\./)?spec/a_spec\.rb:\d+}, failed["exceptions"].first["location"])
    again = dtest(*failed["rerun"].drop(2), "--copy")
    assert_exit 1, again
    assert_equal 1, again.of_kind("test.end").size
  end

  def test_two_at_once_and_one_after_the_other
    project("spec/a_spec.rb" => spec({ "writes" => "File.write('mine', $$.to_s); #{stays}; " \
                                                   "expect(File.read('mine')).to eq($$.to_s)" }))
    first = start("--copy", "-j1")
    wait_until_stays
    File.delete(place("stay"))
    second = start("--copy", "-j1")
    wait_until_stays
    let_go
    assert_exit 0, first.finish
    assert_exit 0, second.finish
    assert_equal 2, copies.size
    assert_exit 0, dtest("--copy", "-j1")
    assert_equal 2, copies.size
  end

  def test_no_rsync
    project("spec/a_spec.rb" => spec)
    FileUtils.mkdir_p(place("bin"))
    File.symlink(RbConfig.ruby, place("bin/ruby"))
    run = dtest("--copy", events: false, env: { "PATH" => place("bin") })
    assert_exit 78, run
    assert_match(/\Adtest: --copy needs rsync: .*Install it, or run without --copy\.\n\z/, run.err)
  end

  def test_no_place
    project("spec/a_spec.rb" => spec)
    File.write(place("cache"), "a file")
    run = dtest("--copy", events: false)
    assert_exit 78, run
    assert_match(/\Adtest: --copy: cannot make .*cache/, run.err)
  end

  def test_a_full_disk
    skip "only root can mount a small disk" unless Process.uid.zero?
    project("spec/a_spec.rb" => spec, "large" => "x" * 4_000_000)
    Dir.mkdir(place("cache"), 0o700)
    mounted = system("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", place("cache"), err: File::NULL)
    skip "no right to mount" unless mounted
    run = dtest("--copy", events: false)
    assert_exit 78, run
    assert_match(/No space left on device.*make room there/, run.err)
  ensure
    system("umount", place("cache")) if mounted
  end

  def test_a_file_that_changed_during_the_run_is_told
    project("spec/a_spec.rb" => spec({ "stays" => stays }), "spec/b_spec.rb" => spec, "spec/c_spec.rb" => spec)
    run = start("--preload", "off", "-j1", "spec/a_spec.rb", "spec/b_spec.rb", "spec/c_spec.rb")
    wait_until_stays
    File.write("#{@project}/spec/b_spec.rb", spec({ "works" => "", "works too" => "" }))
    FileUtils.touch("#{@project}/spec/c_spec.rb")
    let_go
    assert_exit 0, run.finish
    changes = run.of_kind("file.changed")
    assert_equal %w[spec/b_spec.rb], changes.map { |event| event["path"] }
    assert_equal "changed", changes.first["how"]
    text = run.out.gsub(/\s+/, " ")
    assert_includes text, "1 test file changed during the run, and its verdict may be of either text: spec/b_spec.rb " \
                          "(--copy runs on a copy)"
    assert_empty run.account.faults
  end
end
