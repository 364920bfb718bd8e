# frozen_string_literal: true

require "minitest/autorun"
require "fileutils"
require "tmpdir"
require_relative "../../src/runner/adapters/choice"

# Which frameworks a project is taken to use, before anything of it is loaded.
class ChoiceTest < Minitest::Test
  MINITEST = "require 'minitest/autorun'\nclass ATest < Minitest::Test; end\n"
  TEST_UNIT = "require 'test/unit'\nclass BTest < Test::Unit::TestCase; end\n"
  RSPEC = "RSpec.describe('a') {}\n"

  # [[names of the frameworks, files]...]
  def choice(files, options = {})
    Dir.mktmpdir do |directory|
      directory = File.realpath(directory)
      files.each do |path, text|
        FileUtils.mkdir_p(File.dirname(File.join(directory, path)))
        File.write(File.join(directory, path), text)
      end
      adapters = Distributest::Choice.new(options.transform_keys(&:to_s), directory).adapters
      return adapters.map { |one| rspec?(one) ? "rspec" : [one.frameworks.map(&:first), one.files] }
    end
  end

  def rspec?(adapter)
    adapter.instance_of?(Distributest::RspecAdapter)
  rescue NameError
    false
  end

  def refusal(files, options = {})
    choice(files, options)
    flunk "no failure"
  rescue Distributest::Failure => e
    e.message
  end

  def test_one_framework
    assert_equal ["rspec"], choice("spec/a_spec.rb" => RSPEC)
    assert_equal ["rspec"], choice(".rspec" => "")
    assert_equal [[%w[minitest], %w[test/a_test.rb]]], choice("test/a_test.rb" => MINITEST)
    assert_equal [[%w[test-unit], %w[test/a_test.rb]]], choice("test/a_test.rb" => TEST_UNIT)
    assert_equal [[%w[minitest], %w[test/a_test.rb]]],
                 choice("test/a_test.rb" => "require 'test_helper'", "test/test_helper.rb" => "require 'rails/test_help'")
  end

  def test_several
    both = { "test/a_test.rb" => MINITEST, "test/b_test.rb" => TEST_UNIT }
    assert_equal [[%w[minitest test-unit], %w[test/a_test.rb test/b_test.rb]]], choice(both)
    assert_equal ["rspec", [%w[minitest test-unit], %w[test/a_test.rb test/b_test.rb]]],
                 choice(both.merge("spec/a_spec.rb" => RSPEC))
  end

  def test_spec_of_minitest
    assert_equal [[%w[minitest], %w[spec/a_spec.rb]]],
                 choice("spec/a_spec.rb" => "require 'spec_helper'", "spec/spec_helper.rb" => MINITEST)
    assert_equal [[%w[minitest], %w[spec/a_spec.rb]]],
                 choice("spec/a_spec.rb" => "describe('a') {}", "Gemfile" => "gem 'minitest'\n")
    assert_equal ["rspec"], choice("spec/a_spec.rb" => "describe('a') {}", "Gemfile" => "gem 'minitest'\ngem 'rspec'\n")
    assert_equal ["rspec"], choice(".rspec" => "", "spec/a_spec.rb" => "", "spec/spec_helper.rb" => MINITEST)
    assert_equal ["rspec"], choice("spec/a_spec.rb" => RSPEC, "spec/spec_helper.rb" => "require 'minitest/mock'")
  end

  def test_comments_are_no_evidence
    assert_equal [[%w[minitest], %w[test/a_test.rb]]], choice("test/a_test.rb" => "# not Test::Unit any more\n#{MINITEST}")
    assert_equal [[%w[test-unit], %w[test/a_test.rb]]],
                 choice("test/a_test.rb" => "", "Gemfile" => "# gem 'minitest'\ngem 'test-unit'\n")
  end

  def test_named_files
    files = { "spec/a_spec.rb" => RSPEC, "test/a_test.rb" => MINITEST, "test/b_test.rb" => TEST_UNIT }
    assert_equal ["rspec"], choice(files, { paths: ["spec/a_spec.rb:3"] })
    assert_equal ["rspec"], choice(files, { paths: ["./spec/a_spec.rb[1:1]"] })
    assert_equal ["rspec"], choice(files, { paths: ["spec/missing_spec.rb"] })
    assert_equal [[%w[minitest], %w[test/a_test.rb]]], choice(files, { paths: ["test/a_test.rb:1"] })
    assert_equal [[%w[test-unit], %w[test/b_test.rb]]], choice(files, { paths: ["./test/b_test.rb"] })
    assert_equal ["rspec", [%w[minitest], %w[test/a_test.rb]]], choice(files, { paths: %w[spec test/a_test.rb] })
    assert_equal ["rspec", [%w[minitest test-unit], %w[test/a_test.rb test/b_test.rb]]], choice(files, { paths: ["."] })
  end

  def test_the_option_wins
    files = { "spec/a_spec.rb" => RSPEC, "test/a_test.rb" => MINITEST, "test/b_test.rb" => TEST_UNIT }
    assert_equal ["rspec"], choice(files, { framework: "rspec" })
    assert_equal [[%w[test-unit], %w[test/a_test.rb test/b_test.rb]]], choice(files, { framework: "test-unit" })
    assert_equal [[%w[minitest], %w[spec/a_spec.rb]]], choice({ "spec/a_spec.rb" => "" }, { framework: "minitest" })
  end

  def test_default_files
    found = %w[test/a_test.rb test/test_a.rb test/spec_a.rb test/a_spec.rb test/deep/er/a_test.rb test/models/user_helper_test.rb]
    left = %w[test/test_helper.rb test/a.rb test/system/a_test.rb test/dummy/test/a_test.rb test/fixtures/a_test.rb
              test/deep/fixtures/a_test.rb test/spec_helper.rb lib/a_test.rb]
    files = (found + left).to_h { |path| [path, MINITEST] }
    assert_equal found.sort, choice(files)[0][1]
    assert_equal ["test/system/a_test.rb"], choice(files, { paths: ["test/system"] })[0][1]
    assert_equal ["test/a_test.rb"], choice(files, { paths: ["test"], patterns: ["test/a_t*"] })[0][1]
    assert_equal found.sort - ["test/a_test.rb"], choice(files, { excludes: ["test/a_t*"] })[0][1]
    assert_equal found.sort - ["test/deep/er/a_test.rb"], choice(files, { excludes: ["test/deep/**/*"] })[0][1]
  end

  def test_what_is_no_test_folder
    assert_includes refusal("test/run.sh" => ""), "no test framework found"
    assert_includes refusal("lib/a.rb" => ""), "--framework"
    assert_includes refusal({ "test/a_test.rb" => "" }, { framework: "cucumber" }), "known: auto, rspec"
    assert_equal ["rspec"], choice("spec/a_spec.rb" => RSPEC, "test/run.sh" => "")
  end
end
