# frozen_string_literal: true

require_relative "parity_case"

# The tests of Minitest itself, as the gem that comes with Debian's Ruby has
# them, with the library of that gem: they reopen classes, define test classes
# while they run, and take the framework apart.
class MinitestGemTest < ParityCase
  GEM = Dir.glob(File.join(RbConfig::CONFIG["rubylibprefix"], "gems/*/gems/minitest-5.*"))
           .find { |place| File.directory?(File.join(place, "test/minitest")) }

  [1, 42].each do |seed|
    define_method("test_on_seed_#{seed}") do
      skip "this Ruby's minitest gem has no test/minitest" unless GEM
      with_copy { |copy| compare(copy, seed) }
    end
  end

  private

  def with_copy
    ProjectCopy.empty("minitest") do |copy|
      %w[lib test].each { |part| FileUtils.cp_r(File.join(GEM, part), copy.path) }
      yield copy
    end
  end

  def compare(copy, seed)
    run = dtest(copy, seed: seed)
    theirs = serial(copy, run, framework: "minitest", seed: seed)
    assert_operator theirs.verdicts.size, :>, 200, theirs.output
    assert_parity(run, theirs)
    assert_equal theirs.status.exitstatus, run.exit_code, run.output
    assert_includes run.output, "Minitest #{File.basename(GEM).delete_prefix('minitest-')}"
  end
end
