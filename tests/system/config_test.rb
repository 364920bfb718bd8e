# frozen_string_literal: true

require_relative "support"

# Configuration files, right and wrong.
class ConfigTest < SystemTest
  def configured(text)
    project("spec/a_spec.rb" => spec, ".distributest/config" => text)
  end

  def test_unknown_key_names_the_nearest
    configured("# ours\n[run]\nrunnners = 2\n")
    run = dtest(events: false)
    assert_exit 78, run
    assert_match(/config:3\b.*runnners.*runners/m, run.err)
  end

  def test_line_without_value
    configured("[run]\nrunners\n")
    run = dtest(events: false)
    assert_exit 78, run
    assert_match(/config:2\b/, run.err)
  end

  def test_bad_value
    configured("[run]\nrunners = lots\n")
    run = dtest(events: false)
    assert_exit 78, run
    assert_match(/config:2\b.*lots/m, run.err)
  end

  def test_it_counts
    configured("[run]\nrunners = 3\n[output]\nformat = files\n")
    run = dtest
    assert_exit 0, run
    assert_equal 3, run.of_kind("run.start").first["runners"]
    assert_match(/^ok /, run.out)
  end

  def test_flag_wins_over_variable_over_file
    configured("[run]\nrunners = 3\n")
    assert_equal 2, dtest(env: { "DTEST_RUNNERS" => "2" }).of_kind("run.start").first["runners"]
    assert_equal 1, dtest("-j1", env: { "DTEST_RUNNERS" => "2" }).of_kind("run.start").first["runners"]
  end

  def test_named_file_that_is_not_there
    configured("")
    run = dtest("-c", "nowhere.conf", events: false)
    assert_exit 78, run
    assert_match(/nowhere\.conf/, run.err)
  end

  def test_unreadable_file
    configured("")
    FileUtils.rm("#{@project}/.distributest/config")
    Dir.mkdir("#{@project}/.distributest/config")
    run = dtest(events: false)
    assert_exit 78, run
    assert_match(/config.*directory/i, run.err)
  end

  def test_bad_variable
    configured("")
    run = dtest(events: false, env: { "DTEST_RUNNERS" => "lots" })
    assert_exit 64, run
    assert_match(/DTEST_RUNNERS/, run.err)
  end
end
