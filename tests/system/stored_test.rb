# frozen_string_literal: true

require "zlib"
require_relative "support"

# Runs are kept, and shown again.
class StoredTest < SystemTest
  def stored
    Dir["#{root}/s/distributest/*/runs/*"].select { |dir| File.directory?(dir) }
  end

  def log(run = stored.first)
    Zlib::GzipReader.open("#{run}/events.jsonl.gz") { |gz| gz.each_line.map { |line| JSON.parse(line) } }
  end

  # Without an event file of its own.
  def told(*arguments, **options)
    dtest(*arguments, events: false, **options)
  end

  def two_failures
    project("spec/a_spec.rb" => spec({ "adds" => "puts 'said so'; expect(1).to eq(2)", "works" => "" }, group: "A"),
            "spec/b_spec.rb" => spec({ "raises" => "raise 'no luck'" }, group: "B"))
  end

  def without_times(screen)
    screen.gsub(/\d+\.\d+s|\d+%|\d+\.\dx/, "T").lines.reject { |line| line =~ /^(set-up|use|idle|slowest|more)/ }
  end

  def test_the_log_is_the_stream
    two_failures
    run = dtest("-j2")
    assert_equal run.events, log
    assert system("gzip", "-t", "#{stored.first}/events.jsonl.gz"), "not whole"
    assert_equal 0o700, File.stat(stored.first).mode & 0o777
  end

  def test_show_is_what_was_shown
    two_failures
    run = dtest("-j1")
    shown = told("show")
    assert_exit 0, shown
    assert_equal without_times(run.out), without_times(shown.out)
    assert_empty shown.err
  end

  def test_show_one_failure_in_full
    project("spec/a_spec.rb" => spec({ "tells" => "200.times { |i| puts \"line \#{i}\" }; raise 'no luck'" }))
    run = dtest("-j1")
    refute_match(/line 20$/, run.out)
    shown = told("show", "1")
    assert_match(/no luck/, shown.out)
    assert_match(/line 20$/, shown.out)
    assert_match(/again   dtest run/, shown.out)
    event = JSON.parse(told("show", "latest", "1", "--json").out)
    assert_equal "test.end", event["kind"]
    missing = told("show", "latest:9")
    assert_exit 64, missing
    assert_match(/has no failure 9: it has only 1/, missing.err)
    assert_match(/has no failure 9: it has only 1/, told("bisect", "latest:9").err)
  end

  def test_history_and_names
    two_failures
    dtest
    File.write("#{@project}/spec/b_spec.rb", spec(group: "B"))
    dtest("spec/b_spec.rb")
    list = told("history")
    assert_equal 2, list.out.lines.size, list.screen
    assert_match(/PASSED .*1 passed.*dtest spec\/b_spec.rb/, list.out.lines[0])
    assert_match(/FAILED .*2 failed, 1 passed/, list.out.lines[1])
    newest, oldest = JSON.parse(told("history", "--json").out)["runs"]
    assert_equal [true, false], [oldest["whole"], newest["whole"]]
    assert_equal([1, 2], oldest["bad"].map { |bad| bad["failure"] }.sort)
    assert_equal oldest["run"], JSON.parse(told("show", "-1", "--json").out)["run"]
    assert_equal oldest["run"], JSON.parse(told("show", list.out.lines[1].split.first, "--json").out)["run"]
    assert_equal 1, told("history", "--limit", "1").out.lines.count { |line| line.match?(/passed/) }
  end

  def test_clear_errors
    project("spec/a_spec.rb" => spec)
    none = told("show")
    assert_exit 64, none
    assert_match(/no run of this project is stored: start one with dtest/, none.err)
    assert_exit 0, told("history")
    dtest
    unknown = told("show", "zzzz")
    assert_exit 64, unknown
    assert_match(/no stored run of this project is called 'zzzz'; there are \h{4}/, unknown.err)
  end

  def test_a_killed_run_can_be_read
    project("spec/a_spec.rb" => spec({ "fails" => "raise 'early'" }),
            "spec/b_spec.rb" => spec({ "stays" => stays }, group: "B"))
    run = start("-j2")
    wait_until_stays
    run.wait_event("test.end")
    wait("the log to have it") { told("show", "--json").out.include?('"failure":1') }
    assert_match(/goes on/, told("show").out)
    assert_match(/runs /, told("history").out)
    run.signal(:KILL)
    run.finish
    let_go
    shown = told("show")
    assert_match(/early/, shown.out)
    assert_match(/was cut off: it has no verdict/, shown.out)
    assert_match(/cut off/, told("history").out)
    assert_nothing_left
  end

  def test_no_history_keeps_nothing
    project("spec/a_spec.rb" => spec)
    dtest("--no-history")
    assert_empty stored
  end

  def test_only_so_many_are_kept
    project("spec/a_spec.rb" => spec)
    3.times { dtest("--keep-runs", "2") }
    assert_equal 2, stored.size
    assert_equal 2, told("history").out.lines.size
  end

  def test_an_unwritable_store_is_a_warning
    project("spec/a_spec.rb" => spec)
    dtest
    runs = File.dirname(stored.first)
    FileUtils.rm_rf(runs)
    File.write(runs, "")
    run = dtest
    assert_exit 0, run
    assert_equal 1, run.screen.scan(/WARN/).size, run.screen
    assert_match(/this run is not kept whole.*#{runs}/m, run.screen.gsub(/\n +/, " "))
  end

  def test_one_run_takes_a_quarter_of_what_all_may
    project("spec/a_spec.rb" => spec({ "prints much" => "puts Array.new(120_000) { rand(36**8).to_s(36) }; raise" }))
    run = dtest("--keep-size", "1M", "--output-cap", "1M")
    assert_exit 1, run
    assert_match(/more than a quarter of keep.size/, run.screen.gsub(/\n +/, " "))
    assert_equal "failed", JSON.parse(told("show", "--json").out)["verdict"]
    File.write("#{stored.first}/events.jsonl.gz", "nothing that can be read")
    assert_match(/ended \(failed, exit 1\), but its log is not whole/, told("show").out)
    assert_match(/has a failure 1, but its log is not whole/, told("show", "latest", "1").err)
  end

  def test_slow
    project("spec/a_spec.rb" => spec({ "naps" => "sleep 0.2", "runs" => "" }), "spec/b_spec.rb" => spec(group: "B"))
    dtest
    known = JSON.parse(told("slow", "--json").out)
    assert_equal "spec/a_spec.rb", known["files"].first["path"]
    assert_match(/naps/, known["examples"].first["name"])
    of_run = JSON.parse(told("slow", "latest", "--json", "--limit", "1").out)
    assert_equal 1, of_run["examples"].size
    assert_operator of_run["files"].first["secs"], :>=, 0.2
    assert_match(%r{spec/a_spec.rb:\d+ .*naps}, told("slow", "latest").out)
  end

  def test_flaky
    project("spec/a_spec.rb" => spec({ "wavers" => "f = #{place('w').inspect}; " \
                                                   "File.exist?(f) ? File.delete(f) : (File.write(f, ''); raise 'no')" }))
    assert_match(/nothing is stored|no run of this project/, told("flaky").out)
    2.times { assert_exit 0, dtest("--retries", "1") }
    assert_match(/flaky in 2 of 2 runs .*first failed/, told("flaky").out)
    void = told("show", "1")
    assert_match(/does not count: its example got another chance \(retry 1 of 1\); tried again, it passed/,
                 void.out.gsub(/\n +/, " "))
    [%w[show 2], %w[bisect latest:2], %w[reproduce latest:2]].each do |words|
      none = told(*words)
      assert_exit 64, none
      assert_match(/run \h{4} passed: it has no failure that counts/, none.err)
    end
    known = JSON.parse(told("flaky", "--json").out)
    assert_equal [2, 2, "failed"], [known["runs"], *known["flaky"].first.values_at("times", "status")]
  end

  # What dtest(1) shows can be copied.
  def test_examples_of_the_manual
    two_failures
    dtest
    page = File.read(File.expand_path("../../man/dtest.1", __dir__))
    examples = page.scan(/^\.Dl \$ (dtest (?:show|history|slow|flaky|events --(?:kind|schema)).*)/).flatten
    assert_operator examples.size, :>=, 5
    examples.each { |line| assert_exit 0, told(*line.sub(/\Adtest /, "").shellsplit) }
  end
end
