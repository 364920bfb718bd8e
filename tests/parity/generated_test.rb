# frozen_string_literal: true

require_relative "parity_case"
require_relative "../runner/generate"

# Projects too large or too odd to keep, and the example that we show.
class GeneratedParityTest < ParityCase
  SHOP = File.expand_path("../../examples/shop", __dir__)

  def test_two_thousand_files
    ProjectCopy.empty("many files") do |copy|
      Generate.many_files(copy.path, 2_000)
      run = compare(copy)
      assert_equal 2_000, run.log.files.size
      assert_equal({ "passed" => 2_000 }, run.log.statuses.values.tally)
    end
  end

  def test_five_thousand_examples_in_one_file
    ProjectCopy.empty("many examples") do |copy|
      Generate.many_examples(copy.path, 5_000)
      assert_equal({ "passed" => 5_000 }, compare(copy).log.statuses.values.tally)
    end
  end

  def test_five_thousand_examples_in_random_order
    ProjectCopy.empty("many examples") do |copy|
      Generate.many_examples(copy.path, 5_000)
      Generate.write(copy.path, ".rspec", "--order random\n")
      assert_equal({ "passed" => 5_000 }, compare(copy, seed: 4711).log.statuses.values.tally)
    end
  end

  def test_a_path_with_spaces_and_letters_of_the_world
    ProjectCopy.empty("größe 日本 'n \"co\" &") do |copy|
      run = compare(odd(copy))
      assert_equal({ "./spec/a b/прове́рка_spec.rb[1:1]" => "passed", "./spec/a b/прове́рка_spec.rb[1:2]" => "failed" }, run.log.statuses)
    end
  end

  # RSpec takes the project's path for a regular expression when it shortens
  # names of files, and keeps absolute ones here.
  def test_a_path_that_is_no_regular_expression_of_itself
    ProjectCopy.empty("c++ $(x)") do |copy|
      assert_equal({ "passed" => 1, "failed" => 1 }, compare(odd(copy)).log.statuses.values.tally)
    end
  end

  def test_shop_on_a_fixed_seed
    ProjectCopy.of(SHOP) { |copy| assert_all_passed compare(copy, seed: 1234) }
  end

  def test_shop_on_a_random_seed
    ProjectCopy.of(SHOP) { |copy| assert_all_passed compare(copy) }
  end

  private

  def odd(copy)
    Generate.write(copy.path, "spec/a b/прове́рка_spec.rb", <<~RUBY)
      RSpec.describe("Ω") do
        it("passes") { expect(__FILE__).to include("a b") }
        it("fälls") { expect("ä").to eq "ö" }
      end
    RUBY
    copy
  end

  def compare(copy, seed: nil)
    run = dtest(copy, seed: seed)
    theirs = serial(copy, run, seed: seed)
    assert_parity(run, theirs)
    assert_equal theirs.status.exitstatus, run.exit_code
    run
  end

  def assert_all_passed(run)
    assert_equal 0, run.exit_code, run.output
    assert_operator run.log.verdicts.size, :>, 50
  end
end
