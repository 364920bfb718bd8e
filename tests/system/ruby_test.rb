# frozen_string_literal: true

require_relative "support"

# No Ruby, the wrong Ruby, no RSpec, no bundle.
class RubyTest < SystemTest
  def setup
    super
    project("spec/a_spec.rb" => spec)
  end

  def assert_unusable(text, run)
    assert_exit 78, run
    assert_match text, run.screen
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_no_ruby
    assert_unusable(/nonesuch/, dtest("--ruby", "nonesuch"))
  end

  def test_ruby_that_is_no_program
    assert_unusable(%r{/etc/passwd}, dtest("--ruby", "/etc/passwd"))
  end

  def test_ruby_that_only_fails
    run = dtest("--ruby", "false")
    refute_equal 0, run.status
    assert_match(/false|exit 1/, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_ruby_that_does_nothing
    run = dtest("--ruby", "true")
    refute_equal 0, run.status
    assert_empty run.account.faults
    assert_nothing_left
  end

  def test_no_rspec
    stub = place("stub")
    FileUtils.mkdir_p("#{stub}/rspec")
    File.write("#{stub}/rspec/core.rb", "raise LoadError, 'cannot load such file -- rspec/core'\n")
    assert_unusable(/rspec/i, dtest("--ruby", "ruby -I #{stub}"))
  end

  def test_gemfile_without_its_gems
    File.write("#{@project}/Gemfile", "source 'https://rubygems.org'\ngem 'no-such-gem-at-all'\n")
    run = dtest
    assert_unusable(/no-such-gem-at-all|[Bb]undle/, run)
    assert_exit 0, dtest("--bundler", "off")
  end

  def test_list_without_ruby
    run = dtest("list", "--ruby", "nonesuch", events: false)
    assert_exit 78, run
    assert_match(/nonesuch/, run.err)
    assert_nothing_left
  end
end
