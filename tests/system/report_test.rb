# frozen_string_literal: true

require "rexml/document"
require_relative "support"

# Reports of real runs, read by others: xmllint with the schema of tests/golden/reports, REXML, JSON. Live and later.
class ReportTest < SystemTest
  SCHEMA = File.expand_path("../golden/reports/junit.xsd", __dir__)
  REPORTS = { "--junit" => "junit.xml", "--json-report" => "report.json", "--tap" => "report.tap",
              "--html" => "report.html", "--trace" => "trace.json" }.freeze

  def bad_project
    project("spec/a_spec.rb" => spec({ "passes" => "", "fails <&\"'>" => "puts %(a\\e[31m\\x01b]]>)\nexpect(1).to eq 2",
                                       "waits" => "skip 'later'" }, group: "</script><img onerror=x>"),
            "spec/b_spec.rb" => spec({ "dies" => "Process.kill(:KILL, $$)", "never" => "" }),
            "spec/c_spec.rb" => "nonsense",
            "spec/d_spec.rb" => spec({ "same" => "", "other" => "raise 'first' unless File.exist?(#{place("once").inspect}) ||
                                                                 File.write(#{place("once").inspect}, '').nil?" }))
  end

  def flags(directory)
    REPORTS.flat_map { |flag, name| [flag, place("#{directory}/#{name}")] }
  end

  def read(name)
    File.read(place(name), encoding: "UTF-8")
  end

  def xml(name)
    skip "xmllint is missing" unless system("which xmllint >/dev/null")
    told, status = Open3.capture2e("xmllint", "--noout", "--schema", SCHEMA, place(name))
    assert status.success?, told
    REXML::Document.new(read(name)).root
  end

  def names(root, condition)
    REXML::XPath.match(root, "//testcase[#{condition}]").map { |test| test.attributes["name"] }.sort
  end

  def test_live_and_later_are_the_same
    bad_project
    run = dtest("--retries", "1", *flags("live"))
    assert_exit 1, run
    assert_exit 0, dtest("report", run.events_path, *flags("later"), events: false)
    assert_exit 0, dtest("report", *flags("kept"), events: false)
    REPORTS.each_value { |name| assert_equal read("live/#{name}"), read("later/#{name}"), name }
    REPORTS.each_value { |name| assert_equal read("live/#{name}"), read("kept/#{name}"), name }
    assert_empty Dir.glob(place("{live,later,kept}/*")).map { |path| File.basename(path) }.uniq - REPORTS.values
    assert_nothing_left
  end

  def test_junit_has_a_case_for_everything
    bad_project
    assert_exit 1, dtest("--retries", "1", "--junit", place("junit.xml"))
    root = xml("junit.xml")
    assert_equal ["</script><img onerror=x> fails <&\"'>"], names(root, "failure")
    assert_equal ["Thing dies", "did not load"], names(root, "error")
    assert_equal ["</script><img onerror=x> waits"], names(root, "skipped/@message='later'")
    assert_empty names(root, "starts-with(skipped/@message, 'not run')"), "what a crash kept from running is retried"
    assert_equal ["Thing other"], names(root, "flakyFailure")
    assert_equal "a\\x01b]]>\n", REXML::XPath.first(root, "//testcase[failure]/system-out").text
    assert_equal "spec/a_spec.rb", REXML::XPath.first(root, "//testcase[failure]").attributes["file"]
    sums = %w[tests failures errors].map { |name| Integer(root.attributes[name]) }
    assert_equal [8, 1, 2], sums
    assert_exit 1, dtest("--junit", place("once.xml"))
    assert_equal 1, names(xml("once.xml"), "starts-with(skipped/@message, 'not run')").size
  end

  def test_json_adds_up
    bad_project
    assert_exit 1, dtest("--json-report", place("report.json"))
    report = JSON.parse(read("report.json"))
    assert_equal ["failed", 1], report.values_at("verdict", "exit_code")
    statuses = report["examples"].group_by { |example| example["status"] }.transform_values(&:size)
    assert_equal({ "passed" => 2, "failed" => 2, "pending" => 1, "crashed" => 1, "not_run" => 1 }, statuses)
    assert_equal 7 + 1, report["summary"]["example_count"]
    assert_equal ["did not load"], report["errors"].map { |error| error["description"] }
    failed = report["examples"].find { |example| example["file_path"] == "spec/d_spec.rb" && example["failure"] }
    assert_equal ["RuntimeError", "first"], failed["exception"].values_at("class", "message")
    assert_match(%r{\Aspec/d_spec.rb:\d+\z}, failed["rerun"].last)
  end

  def test_a_report_that_cannot_be_written_takes_the_place_of_0_only
    project("spec/a_spec.rb" => spec, "spec/b_spec.rb" => spec({ "fails" => "raise" }))
    Dir.mkdir(place("directory"))
    { "/dev/full" => /space|full/i, place("directory") => /it is a directory/, "/proc/x/junit.xml" => /cannot/ }
      .each do |path, reason|
        run = dtest("spec/a_spec.rb", "--junit", path)
        assert_exit 73, run
        assert_match(/ERROR .*cannot write #{path}.*#{reason}/m, run.screen.gsub(/\n +/, " "))
        assert_equal 73, run.of_kind("run.end").first["exit_code"]
      end
    assert_exit 1, dtest("--junit", "/dev/full")
    assert_nothing_left
  end

  def test_links_and_pipes
    project("spec/a_spec.rb" => spec)
    File.write(place("target.xml"), "old")
    File.symlink(place("target.xml"), place("link.xml"))
    assert_exit 0, dtest("--junit", place("link.xml"), "--tap", "/dev/null", "--trace", "out/of/here/trace.json")
    assert File.symlink?(place("link.xml"))
    assert_equal "testsuites", xml("target.xml").name
    assert File.chardev?("/dev/null"), "/dev/null is not what it was"
    assert_path_exists File.join(@project, "out/of/here/trace.json")
  end

  def test_a_run_by_name_kept_or_going_on
    project("spec/a_spec.rb" => spec)
    id = dtest.of_kind("run.start").first["run"][0, 6]
    project("spec/a_spec.rb" => spec({ "works" => "", "stays" => stays }))
    run = start("-j1", "--", "--order", "defined")
    wait_until_stays
    wait("the log") { dtest("report", "--tap", "-", events: false).out.include?("ok 1") }
    now = dtest("report", "latest", "--tap", "-", events: false)
    assert_match(/run \h{4} goes on: the reports have what is known of it so far/, now.err)
    before = dtest("report", id, "--json-report", "-", events: false)
    assert_equal ["passed", 1], [JSON.parse(before.out)["verdict"], JSON.parse(before.out)["examples"].size]
    let_go
    assert_exit 0, run.finish
    assert_match(/no stored run of this project is called 'zz'/, dtest("report", "zz", "--tap", "-", events: false).err)
  end

  def test_a_run_that_was_cut_off
    project("spec/a_spec.rb" => spec({ "works" => "", "stays" => stays }))
    run = start
    wait_until_stays
    run.signal(:KILL)
    run.finish
    told = dtest("report", run.events_path, "--junit", place("junit.xml"), "--tap", "-", events: false)
    assert_exit 0, told
    assert_match(/was cut off: its last event is missing/, told.err)
    assert_match(/^Bail out! the event log was cut off/, told.out)
    assert_equal ["the run"], names(xml("junit.xml"), "error")
  end

  def test_an_interrupted_run
    project("spec/a_spec.rb" => spec({ "stays" => stays }), "spec/b_spec.rb" => spec)
    run = start("-j1", "--junit", place("junit.xml"))
    wait_until_stays
    run.signal(:INT)
    run.wait_event("run.cancel")
    run.signal(:INT)
    assert_exit 130, run.finish
    assert_equal ["the run"], names(xml("junit.xml"), "error")
  end

  def test_github
    bad_project
    outside = { "GITHUB_ACTIONS" => "true", "GITHUB_STEP_SUMMARY" => place("summary.md") }
    run = dtest(env: outside)
    assert_exit 1, run
    commands = run.out.lines.grep(/^::/)
    assert_equal 4, commands.size, run.out
    assert_includes commands.join, "::error file=spec/c_spec.rb,title=did not load::NameError"
    assert_match(/^FAILED/, run.out.lines.drop_while { |line| !line.start_with?("::") }.join)
    assert_match(/\A### project failed/, read("summary.md"))
    assert_includes read("summary.md"), "&lt;/script&gt;"
    refute_match(/^::/, dtest("--github", "off", env: outside).out)
  end

  def test_misuse
    project("spec/a_spec.rb" => spec)
    { ["report", "a", "b", "--tap", "-"] => /one run, or one file/, ["report", "x.jsonl"] => /which report\?/,
      ["report", "--tap", "-"] => /no run of this project is stored/,
      ["report", "x.jsonl", "--junit", "-"] => /cannot read the event file x.jsonl: No such file/,
      ["report", "./spec", "--junit", "-"] => /it is a directory/,
      ["report", "spec/a_spec.rb", "--junit", "-"] => /it has no events/,
      ["report", "x", "--junit", "-", "--tap", "-"] => /only one report/,
      ["--junit", "-"] => /needs a file/ }.each do |arguments, message|
      command = dtest(*arguments, events: false)
      assert_exit 64, command
      assert_match message, command.err
    end
  end

  # The examples of the manual.
  def test_the_manual
    bad_project
    dtest("--junit", "tmp/junit.xml")
    assert_path_exists File.join(@project, "tmp/junit.xml")
    script = "#{DTEST} report latest --json-report - | jq .summary_line; " \
             "#{DTEST} report --json-report - | " \
             "jq -r '.examples | sort_by(-.run_time)[:10][] | .full_description'"
    told, status = Open3.capture2e(environment, "sh", "-c", script, chdir: @project)
    assert status.success?, told
    assert_match(/\A"failed: 2 passed, 2 failed/, told)
    assert_includes told, "Thing same"
  end
end
