# frozen_string_literal: true

require "open3"
require_relative "support"

# Projects with SimpleCov: what runners counted is summed up once, as if one process had run everything.
class CoverageTest < SystemTest
  FIXTURE = File.expand_path("../fixtures/coverage", __dir__)
  SERIAL = {
    "spec" => ["rspec"],
    "test" => ["ruby", "-e", "Dir['test/*_test.rb'].sort.each { |file| require \"./\#{file}\" }"]
  }.freeze

  def setup
    super
    skip "simplecov is not installed" if Gem::Specification.find_all_by_name("simplecov").empty?
    copy("project")
  end

  def copy(name)
    @project = File.join(root, name)
    FileUtils.cp_r(FIXTURE, @project)
  end

  def coverage(name = "project")
    path = "#{root}/#{name}/coverage/.resultset.json"
    JSON.parse(File.read(path)).to_h { |command, data| [command, relative(data["coverage"], "#{root}/#{name}/")] }
  end

  def relative(files, home)
    files.transform_keys { |file| file.delete_prefix(home) }
  end

  # What the framework's own run says: [coverage, output, last run].
  def serial(suite, settings = nil, arguments = [])
    home = @project
    copy("serial")
    out, = Open3.capture2e(environment("COVERAGE_SETTINGS" => settings), *SERIAL[suite], *arguments, chdir: @project)
    [coverage("serial"), out, last_run("serial")]
  ensure
    @project = home
  end

  def last_run(name = "project")
    path = "#{root}/#{name}/coverage/.last_run.json"
    JSON.parse(File.read(path)) if File.exist?(path)
  end

  # Covered, missed, not code; and which branches were taken.
  def marks(coverage)
    coverage.transform_values do |files|
      files.transform_values do |counts|
        [counts["lines"].map { |hits| hits && hits > 0 },
         counts["branches"].transform_values { |ways| ways.transform_values { |hits| hits > 0 } }]
      end
    end
  end

  def notices(run)
    run.of_kind("log.line").map { |event| event["text"] }.join("\n")
  end

  def assert_same_as_serial(suite, *arguments)
    expected, said, last = serial(suite)
    run = dtest("run", suite, *arguments)
    assert_exit 0, run
    assert_equal marks(expected), marks(coverage)
    # What is loaded with the project counts once, however many loaded it.
    assert_equal expected.values.first["lib/shop.rb"], coverage.values.first["lib/shop.rb"]
    assert_equal last, last_run
    assert_match(/Coverage report generated.*covered/m, notices(run))
    assert_includes said, notices(run)[/\d+ \/ \d+ LOC \(\S+\) covered/]
    assert_equal %w[.last_run.json .resultset.json .resultset.json.lock assets index.html],
                 Dir.children("#{@project}/coverage").sort
    assert_nothing_left
  end

  %w[spec test].each do |suite|
    [%w[auto 1], %w[auto 2], %w[on 4], %w[framework 2], %w[off 1], %w[off 4]].each do |preload, runners|
      define_method("test_#{suite}_on_#{runners}_with_preload_#{preload}") do
        assert_same_as_serial(suite, "--preload", preload, "-j#{runners}")
      end
    end
  end

  def test_auto_preloads
    run = dtest("spec", "-j2")
    assert_exit 0, run
    refute_includes notices(run), "loads the project itself"
  end

  # A runner is killed in the file that, as the shortest, is its last, and that is tried again.
  def kill_once
    File.write("#{@project}/spec/killed_spec.rb", "RSpec.describe('k') { it('dies') { die_once } }\n")
    File.write("#{@project}/helper.rb", <<~RUBY, mode: "a")
      def die_once
        Shop.never
        first = !File.exist?("#{place("died")}")
        File.write("#{place("died")}", "")
        Process.kill(:KILL, $$) if first
      end
    RUBY
  end

  %w[on off].each do |preload|
    define_method("test_a_killed_runner_with_preload_#{preload}") do
      kill_once
      FileUtils.cp_r(@project, "#{root}/alone")
      File.write(place("died"), "")
      system(environment, "rspec", chdir: "#{root}/alone", out: File::NULL)
      File.delete(place("died"))
      run = dtest("spec", "-j1", "--preload", preload)
      assert_exit 0, run
      assert_equal 1, run.of_kind("file.requeue").size
      assert_equal marks(coverage("alone")), marks(coverage)
      refute_includes notices(run), "missing"
    end
  end

  # As when storing takes long, and is done rarely.
  def test_coverage_that_was_lost_is_named
    kill_once
    File.write("#{@project}/helper.rb", "Distributest::CoverageTally.class_eval { def due?() false end }", mode: "a")
    run = dtest("spec", "-j1", "--preload", "on")
    assert_exit 0, run
    done = run.of_kind("file.end").map { |event| event["path"] }.take_while { |path| path != "spec/killed_spec.rb" }
    refute_empty done
    assert_match(/coverage of #{done.first}, .* is missing/, notices(run))
  end

  def test_a_missed_threshold_is_an_error_of_the_run
    settings = "minimum_coverage line: 90, branch: 20"
    _, said, = serial("spec", settings)
    %w[on off].each do |preload|
      run = dtest("spec", "-j2", "--preload", preload, env: { "COVERAGE_SETTINGS" => settings })
      assert_exit 1, run
      sentence = run.of_kind("test.error").first["exception"]["message"]
      assert_equal "Line coverage (70.96%) is below the expected minimum coverage (90.00%).", sentence
      assert_includes said, sentence
      assert_equal 1, run.of_kind("test.error").size
      assert_includes run.out, "in SimpleCov, outside of the examples"
      assert_nil last_run
    end
  end

  def test_each_kind_of_threshold
    { "minimum_coverage_by_file 95" => "by file", "minimum_coverage branch: 95" => "Branch coverage",
      "maximum_coverage_drop 2" => "has dropped", "refuse_coverage_drop" => "has dropped",
      "minimum_coverage 60" => nil }.each do |settings, words|
      FileUtils.mkdir_p("#{@project}/coverage")
      File.write("#{@project}/coverage/.last_run.json", '{"result": {"line": 99.0}}')
      run = dtest("spec", "-j2", env: { "COVERAGE_SETTINGS" => settings })
      assert_exit words ? 1 : 0, run
      assert_includes run.of_kind("test.error").map { |event| event["exception"]["message"] }.join, words.to_s
      assert_equal words ? 99.0 : 70.96, last_run["result"]["line"]
    end
  end

  # As in a serial run, what failed before is not made worse.
  def test_no_threshold_after_a_failure
    File.write("#{@project}/spec/bad_spec.rb", spec({ "fails" => "raise 'no'" }))
    run = dtest("spec", "-j2", env: { "COVERAGE_SETTINGS" => "minimum_coverage 99" })
    assert_exit 1, run
    assert_empty run.of_kind("test.error")
    assert_nil last_run
    assert File.exist?("#{@project}/coverage/index.html")
  end

  def test_a_part_of_the_suite
    expected, = serial("spec", nil, ["spec/basket_spec.rb"])
    run = dtest("spec/basket_spec.rb", "-j2")
    assert_exit 0, run
    assert_equal marks(expected), marks(coverage)
  end

  # Results of other commands stay, within SimpleCov's own time, and ours replaces its former self.
  def test_merges_with_other_suites
    2.times { assert_exit 0, dtest("spec", "-j2") }
    assert_exit 0, dtest("test", "-j2")
    assert_equal %w[Minitest RSpec], coverage.keys.sort
    assert_includes File.read("#{@project}/coverage/index.html"), "Minitest, RSpec"
  end

  def test_children_of_tests
    File.write("#{@project}/spec/fork_spec.rb", <<~RUBY)
      RSpec.describe("a child") do
        it("counts") do
          Process.wait(Process.fork { Shop.never })
          expect($?).to be_success
        end
      end
    RUBY
    run = dtest("spec", "-j2", env: { "COVERAGE_SETTINGS" => "enable_for_subprocesses true" })
    assert_exit 0, run
    child = coverage.keys.grep(/subprocess/)
    assert_equal 1, child.size, coverage.keys.inspect
    assert_equal 23 * 10_000 / 31 / 100.0, last_run["result"]["line"]
    assert_exit 0, dtest("spec", "-j2")
  end

  # A big report takes longer than exit handlers may.
  def test_a_slow_report
    settings = "SimpleCov.at_exit { sleep 12; SimpleCov.result.format! }"
    run = dtest("spec", "-j1", env: { "COVERAGE_SETTINGS" => settings })
    assert_exit 0, run
    assert_equal 70.96, last_run["result"]["line"]
    assert_includes notices(run), "Coverage report generated"
  end

  def test_a_formatter_that_raises
    settings = "SimpleCov.at_exit { raise 'no paper' }"
    run = dtest("spec", "-j2", env: { "COVERAGE_SETTINGS" => settings })
    assert_exit 1, run
    assert_equal "no paper", run.of_kind("test.error").first["exception"]["message"]
  end

  def test_list_leaves_coverage_alone
    assert_exit 0, dtest("list", "spec", events: false)
    refute Dir.exist?("#{@project}/coverage")
  end

  # Without SimpleCov: the boot process sees the sum, too.
  def test_plain_coverage
    File.write("#{@project}/helper.rb", <<~RUBY)
      require "coverage"
      Coverage.start
      require_relative "lib/shop"
      at_exit { File.write("#{place("plain")}", Coverage.result.select { |path, _| path.end_with?("shop.rb") }.values.first.inspect) }
    RUBY
    system(environment, "rspec", chdir: @project, out: File::NULL)
    expected = File.read(place("plain"))
    File.delete(place("plain"))
    assert_exit 0, dtest("spec", "-j2")
    assert_equal expected, File.read(place("plain"))
  end
end
