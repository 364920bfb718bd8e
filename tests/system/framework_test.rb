# frozen_string_literal: true

require_relative "support"
require "shellwords"

# Minitest, Test::Unit and RSpec as people meet them: nothing configured.
class FrameworkTest < SystemTest
  MINITEST = <<~RUBY
    require "minitest/autorun"

    class ATest < Minitest::Test
      def test_passes
        assert true
      end

      def test_fails
        assert_equal 1, 2
      end

      def test_is_pending
        skip "later"
      end
    end

    describe "A" do
      it "fails" do
        flunk
      end
    end
  RUBY
  TEST_UNIT = "require 'test/unit'\nclass BTest < Test::Unit::TestCase\n  def test_unit\n    assert_equal 1, 2\n  end\nend\n"
  RSPEC = "RSpec.describe('C') { it('is RSpec') { expect(1).to eq 2 } }\n"

  def all
    project("spec/c_spec.rb" => RSPEC, "test/a_test.rb" => MINITEST, "test/b_test.rb" => TEST_UNIT)
  end

  def names(run)
    run.account.examples.map { |event| event["name"] }.sort
  end

  def test_minitest
    project("test/a_test.rb" => MINITEST)
    run = dtest
    assert_exit 1, run
    assert_match(/^plan .* Minitest 5\.\S+, Ruby/, run.screen)
    assert_match(/^FAILED +2 failed · 1 passed · 1 pending/, run.screen)
    refute_match(/Run options|runs, /, run.screen)
    assert_empty run.account.faults
    assert_nothing_left
  end

  # RSpec undefines `describe` for everybody then.
  def test_minitests_describe_where_rspec_has_none
    all
    File.write("#{@project}/spec/c_spec.rb", "RSpec.configure(&:disable_monkey_patching!)\n#{RSPEC}")
    %w[on off].each do |preload|
      run = dtest("--preload", preload)
      assert_match(/^FAILED +4 failed · 1 passed · 1 pending/, run.screen)
      assert_empty run.account.faults
    end
    File.write("#{@project}/spec/d_spec.rb", "describe('D') { it('belongs to nobody') {} }\n")
    assert_match(%r{spec/d_spec\.rb .*\n.*did not load.*\n.*undefined method .describe}, dtest.screen)
  end

  def test_lines_to_copy_run_what_failed_and_nothing_else
    all
    first = dtest
    again = first.screen.scan(/^ +again +dtest (run .*)$/).flatten
    assert_equal 4, again.size, first.screen
    found = again.flat_map do |line|
      run = dtest(*Shellwords.split(line))
      assert_exit 1, run
      names(run)
    end
    assert_equal ["is RSpec", "test_0001_fails", "test_fails", "test_unit"], found.sort
  end

  def test_several_frameworks_are_one_run
    all
    run = dtest("-j2")
    assert_exit 1, run
    assert_match(/RSpec 3\.\S+, Minitest 5\.\S+, Test::Unit 3\.\S+, Ruby/, run.screen.gsub(/\s+/, " "))
    assert_equal 6, run.account.examples.size
    assert_empty run.account.faults
  end

  def test_one_of_several
    all
    assert_equal ["is RSpec"], names(dtest("--framework", "rspec"))
    assert_equal ["test_unit"], names(dtest("--framework=test-unit"))
    assert_equal %w[test_0001_fails test_fails test_is_pending test_passes], names(dtest("--framework", "minitest"))
    assert_equal ["test_unit"], names(dtest("test/b_test.rb"))
    assert_equal ["test_passes"], names(dtest("test/a_test.rb", "--", "-n", "/pass/"))
  end

  def test_what_is_refused
    all
    assert_exit 64, dtest("--framework", "cucumber")
    assert_exit 64, dtest("spec/c_spec.rb", "--", "-n")
    line = dtest("test/a_test.rb:1")
    assert_exit 64, line
    assert_includes line.screen, "no test stands at or before test/a_test.rb:1"
  end

  def test_nothing_there
    project("README" => "")
    run = dtest
    assert_exit 78, run
    assert_includes run.screen.gsub(/\s+/, " "), "looked for .rspec, spec/**/*_spec.rb and test/**/{test_*,spec_*,*_test,*_spec}.rb"
  end
end
