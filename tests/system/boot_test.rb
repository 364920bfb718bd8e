# frozen_string_literal: true

require_relative "support"

# Projects that do not start, and files that do not load.
class BootTest < SystemTest
  def assert_says(code, text, run)
    assert_exit code, run
    assert_match text, run.screen
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_helper_raises
    project(".rspec" => "--require spec_helper\n", "spec/spec_helper.rb" => "raise 'no database'\n",
            "spec/a_spec.rb" => spec)
    assert_says 1, /no database/, dtest
  end

  def test_helper_exits
    project(".rspec" => "--require spec_helper\n", "spec/spec_helper.rb" => "warn 'giving up'; exit 3\n",
            "spec/a_spec.rb" => spec)
    run = dtest
    assert_exit 1, run
    assert_match(/giving up/, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_framework_raises
    project({ "spec/\u00fc_spec.rb" => spec }, "pr\u00f6ject")
    run = dtest(env: { "LC_ALL" => "C", "LANG" => "C" })
    assert_exit 1, run
    assert_match(/Encoding::CompatibilityError: incompatible/, run.out.gsub(/\s+/, " "))
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_unknown_flag_in_dot_rspec
    project(".rspec" => "--no-such-flag\n", "spec/a_spec.rb" => spec)
    assert_says 78, /--no-such-flag/, dtest
  end

  def test_list_says_what_the_helper_said
    project(".rspec" => "--require spec_helper\n",
            "spec/spec_helper.rb" => "warn 'giving up'; $stderr.flush; exit!(3)\n", "spec/a_spec.rb" => spec)
    list = dtest("list", events: false)
    assert_exit 1, list
    assert_match(/exit 3.*giving up/m, list.err)
  end

  def test_helper_exits_at_once
    project(".rspec" => "--require spec_helper\n",
            "spec/spec_helper.rb" => "warn 'giving up'; $stderr.flush; exit!(3)\n", "spec/a_spec.rb" => spec)
    run = dtest
    assert_exit 1, run
    assert_match(/giving up/, run.screen)
    assert_match(/exit 3/, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_syntax_error
    project("spec/a_spec.rb" => "RSpec.describe 'A' do\n  it('x') {\nend\n",
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest
    assert_says 1, %r{spec/a_spec\.rb}, run
    assert_match(/syntax error|SyntaxError/, run.screen)
    assert_equal 1, run.account.counts["passed"], "the rest runs"
  end

  def test_load_error
    project("spec/a_spec.rb" => "require 'no_such_thing'\n", "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest
    assert_says 1, /cannot load such file -- no_such_thing/, run
    assert_equal 1, run.account.counts["passed"]
  end

  def test_file_kills_the_boot_process
    project("spec/a_spec.rb" => "warn 'bang'; exit!(9)\n", "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1")
    assert_says 1, %r{spec/a_spec\.rb}, run
    assert_equal 1, run.account.counts["passed"]
  end

  def test_boot_hangs
    project(".rspec" => "--require spec_helper\n", "spec/spec_helper.rb" => "trap('TERM') {}; sleep\n",
            "spec/a_spec.rb" => spec)
    run = dtest("--timeout", "1")
    refute_equal 0, run.status
    assert_match(/without a word, the limit of --timeout/, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_unreadable_spec_file
    project("spec/a_spec.rb" => spec, "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    FileUtils.rm("#{@project}/spec/b_spec.rb")
    File.symlink("/nowhere/b_spec.rb", "#{@project}/spec/b_spec.rb")
    run = dtest
    assert_says 1, %r{spec/b_spec\.rb}, run
    assert_equal 1, run.account.counts["passed"]
  end

  def test_file_removed_after_planning
    project("spec/a_spec.rb" => "File.delete(File.join(__dir__, 'b_spec.rb'))\n" + spec,
            "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest("-j1")
    assert_exit 1, run
    assert_empty run.account.faults
  end

  def test_empty_file
    project("spec/a_spec.rb" => "", "spec/b_spec.rb" => spec({ "b" => "" }, group: "B"))
    run = dtest
    assert_exit 0, run
    assert_equal({ "passed" => 1 }, run.account.counts)
    assert_empty run.account.faults
  end
end
