# frozen_string_literal: true

require_relative "support"

# dtest bisect: which of the files before a failure make it fail.
class BisectTest < SystemTest
  # Each file that pollutes adds to a global; the last file fails once two have.
  def planted(needs: "expect($polluted.to_a.size).to be < 2")
    quiet = %w[a d].to_h { |name| ["spec/#{name}_spec.rb", spec(group: name)] }
    loud = %w[c f].to_h { |name| ["spec/#{name}_spec.rb", spec({ "adds" => "($polluted ||= []) << 1" }, group: name)] }
    project(quiet.merge(loud).merge("spec/z_spec.rb" => spec({ "needs peace" => needs, "is well" => "" }, group: "Z")))
  end

  def bisect(*arguments)
    dtest("bisect", *arguments, events: false)
  end

  def test_two_files_are_found_and_the_command_fails
    planted
    run = dtest("-j1", "--fixed", "--seed", "5")
    assert_exit 1, run
    assert_match(/^ +exact   dtest reproduce \h{8}:1   # 5th file on that runner$/, run.out)
    told = bisect("latest:1", "-j2")
    assert_exit 0, told
    assert_match(%r{^FOUND .*these 2 files.*\n +spec/c_spec.rb\n +spec/f_spec.rb\n +\d+ tries in}, told.out)
    assert_match(/after all 4 files it fails again/, told.err)
    assert_match(/^alone it passes/, told.err)
    command = told.out[/^exact +dtest (.*)$/, 1].shellsplit
    again = dtest(*command)
    assert_exit 1, again
    assert_equal %w[spec/c_spec.rb spec/f_spec.rb spec/z_spec.rb], again.of_kind("file.start").map { |e| e["path"] }
    assert_exit 0, dtest("reproduce", command[1], "--after", "spec/c_spec.rb")
    assert_equal 3, JSON.parse(dtest("history", "--json", events: false).out)["runs"].size, "tries are not kept"
    assert_nothing_left
  end

  def test_what_fails_alone_and_what_does_not_fail_again
    mended = "raise 'broken' unless File.exist?(#{place("mended").inspect})"
    planted(needs: mended)
    assert_exit 1, dtest("-j1", "--fixed")
    alone = bisect("latest:1", "--json")
    assert_exit 0, alone
    told = JSON.parse(alone.out)
    assert_equal ["alone", [], 4], told.values_at("verdict", "files", "before")
    assert_equal %w[--alone], told["command"].drop(3)
    File.write(place("mended"), "")
    passes = bisect("latest:1")
    assert_exit 1, passes
    assert_match(/^PASSES   it does not fail again/, passes.out)
    assert_nothing_left
  end

  def test_ctrl_c_ends_the_tries
    planted(needs: "File.exist?(#{place("slow").inspect}) ? (#{stays}) : raise('bad')")
    assert_exit 1, dtest("-j1", "--fixed")
    File.write(place("slow"), "")
    told = start("bisect", "latest:1", events: false)
    wait_until_stays
    told.signal(:INT)
    told.finish
    assert_exit 130, told
    assert_match(/^STOPPED/, told.out)
    assert_nothing_left
  end

  def test_says_what_it_cannot
    project({ "spec/a_spec.rb" => spec({ "bad" => "raise" }) })
    assert_exit 64, bisect("latest:1")
    dtest
    { "latest" => /names no failure; write RUN:N/, "latest:7" => /has no failure 7/ }.each do |name, message|
      refused = bisect(name)
      assert_exit 64, refused
      assert_match message, refused.err
    end
    strange = dtest("reproduce", "latest:1", "--after", "spec/none_spec.rb", events: false)
    assert_exit 64, strange
    assert_match(/none_spec.rb did not run before that failure/, strange.err)
    File.write("#{@project}/.rspec", "--require ./gone\n")
    broken = bisect("latest:1")
    assert_exit 78, broken
    assert_match(/a try could not be made/, broken.err)
    assert_nothing_left
  end
end
