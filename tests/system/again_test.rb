# frozen_string_literal: true

require_relative "support"

# What to run, by what is known: stored runs, changes, lists, parts.
class AgainTest < SystemTest
  def ran(run)
    run.of_kind("test.end").map { |event| event["full_name"] }.sort
  end

  def files(run)
    run.of_kind("file.start").map { |event| event["path"] }
  end

  # An example that fails until the test mends it.
  def broken_until(name)
    "raise 'broken' unless File.exist?(#{place(name).inspect})"
  end

  def mend(name)
    File.write(place(name), "")
  end

  # Files that were there before the run.
  def aged(files, name = "project")
    dir = project(files, name)
    Dir["#{dir}/**/*.rb"].each { |path| File.utime(Time.now - 100, Time.now - 100, path) }
    dir
  end

  def three_bad
    aged("spec/a_spec.rb" => spec({ "good" => "", "bad one" => broken_until("one"), "bad two" => broken_until("two") },
                                  group: "A"),
         "spec/b_spec.rb" => spec({ "bad three" => broken_until("three"), "fine" => "" }, group: "B"),
         "spec/c_spec.rb" => spec(group: "C"))
  end

  def test_failed_runs_what_is_bad_until_nothing_is
    three_bad
    dtest
    again = dtest("--failed")
    assert_exit 1, again
    assert_equal ["A bad one", "A bad two", "B bad three"], ran(again)
    assert_match(/runs what was bad: 3 examples/, again.out)
    mend("one")
    assert_equal 3, ran(dtest("--failed")).size
    dtest("spec/c_spec.rb")
    part = dtest("--failed", "spec/b_spec.rb")
    assert_equal ["B bad three"], ran(part)
    assert_equal ["A bad two", "B bad three"], ran(dtest("--failed"))
    mend("two") && mend("three")
    assert_exit 0, dtest("--failed")
    none = dtest("--failed", events: false)
    assert_exit 0, none
    assert_match(/nothing is bad since it was last run/, none.out)
  end

  def test_a_file_written_since_runs_whole
    three_bad
    dtest
    File.write("#{@project}/spec/a_spec.rb", spec({ "new" => "", "good" => "", "bad one" => "" }, group: "A"))
    again = dtest("--failed")
    assert_equal ["A bad one", "A good", "A new", "B bad three"], ran(again)
    assert_match(%r{1 file was written since, and runs whole: spec/a_spec.rb}, again.out)
    File.delete("#{@project}/spec/b_spec.rb")
    none = dtest("--failed", events: false)
    assert_exit 0, none
  end

  def test_next_failure_stops_at_the_first
    three_bad
    dtest
    again = dtest("--next-failure", "-j1")
    assert_exit 1, again
    assert_equal "fail_fast", again.of_kind("run.cancel").first["reason"]
  end

  def test_failed_first
    aged("spec/a_spec.rb" => spec({ "slow" => "sleep 0.3" }, group: "A"),
         "spec/b_spec.rb" => spec({ "bad" => "raise" }, group: "B"), "spec/c_spec.rb" => spec(group: "C"))
    dtest("-j1")
    again = dtest("-j1", "--failed-first")
    assert_equal "spec/b_spec.rb", files(again).first
    assert_equal 3, files(again).size
  end

  def test_failed_with_minitest
    aged("test/a_test.rb" => "require 'minitest/autorun'\nclass ATest < Minitest::Test\n  def test_bad; flunk; end\n" \
                             "  def test_good; end\nend\n")
    assert_exit 1, dtest
    again = dtest("--failed")
    assert_exit 1, again
    assert_equal ["ATest#test_bad"], ran(again)
  end

  def test_failed_without_a_stored_run
    project("spec/a_spec.rb" => spec)
    run = dtest("--failed", events: false)
    assert_exit 64, run
    assert_match(/no run of this project is stored/, run.err)
  end

  def test_resume_after_ctrl_c
    aged("spec/a_spec.rb" => spec({ "bad" => "raise 'early'" }, group: "A"),
         "spec/b_spec.rb" => spec({ "stays" => stays }, group: "B"), "spec/c_spec.rb" => spec(group: "C"))
    run = start("-j1", "--seed", "7")
    wait_until_stays
    first = files(run)
    2.times { |press| run.signal(:INT); run.wait_event(press.zero? ? "run.cancel" : "run.kill") }
    run.finish
    assert_exit 130, run
    let_go
    done = run.of_kind("file.end").reject { |event| event["status"] == "not_run" }.map { |event| event["path"] }
    dtest("spec/c_spec.rb")
    rest = dtest("--resume", "-1")
    assert_equal (%w[spec/a_spec.rb spec/b_spec.rb spec/c_spec.rb] - (done - ["spec/b_spec.rb"])).sort, files(rest).sort
    assert_includes first, "spec/b_spec.rb"
    assert_match(/resumes \h{4}:/, rest.out)
    nothing = dtest("--resume", "latest", events: false)
    assert_exit 0, nothing
    assert_match(/has left nothing/, nothing.out)
  end

  # A run whose project could not be loaded has left all: that is not nothing.
  def test_resume_of_a_run_that_never_began
    project(".rspec" => "--require ./gone\n", "spec/a_spec.rb" => spec)
    assert_exit 1, dtest(events: false)
    refused = dtest("--resume", "latest", events: false)
    assert_exit 64, refused
    assert_match(/run \h{4} ended before it knew what to run.*nothing to resume/, refused.err)
  end

  def test_resume_of_a_killed_run
    aged("spec/a_spec.rb" => spec(group: "A"), "spec/b_spec.rb" => spec({ "stays" => stays }, group: "B"))
    run = start("-j2")
    wait_until_stays
    run.wait_event("file.end")
    wait("the log to have it") { dtest("show", "--json", events: false).out.include?('"files":2') }
    refused = dtest("--resume", "latest", events: false)
    assert_exit 64, refused
    assert_match(/goes on/, refused.err)
    run.signal(:KILL)
    run.finish
    let_go
    wait("the run to be gone") { processes.empty? }
    assert_includes files(dtest("--resume", "latest")), "spec/b_spec.rb"
  end

  def test_files_from
    project("spec/a_spec.rb" => spec(group: "A"), "spec/b_spec.rb" => spec(group: "B"),
            "spec/c_spec.rb" => spec(group: "C"))
    File.write(place("list"), "spec/a_spec.rb\n\n spec/c_spec.rb \n")
    assert_equal %w[spec/a_spec.rb spec/c_spec.rb], files(dtest("--files-from", place("list"))).sort
    assert_equal %w[spec/a_spec.rb spec/c_spec.rb], files(dtest("--files-from", "-", input: place("list"))).sort
    File.write(place("list"), "spec/b_spec.rb\0")
    assert_equal %w[spec/b_spec.rb], files(dtest("--files-from", place("list")))
    missing = dtest("--files-from", "none", events: false)
    assert_exit 64, missing
    assert_match(/none cannot be read/, missing.err)
  end

  def git(*arguments)
    settings = %w[-c user.name=a -c user.email=a@example.com -c init.defaultBranch=main -c commit.gpgsign=false]
    out, status = Open3.capture2e(environment, "git", *settings, *arguments, chdir: @project)
    assert status.success?, out
  end

  def test_changed
    project("spec/a_spec.rb" => spec(group: "A"), "spec/b_spec.rb" => spec(group: "B"), "lib/a.rb" => "",
            "lib/lonely.rb" => "", "Gemfile.lock" => "")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    none = dtest("--changed", "--bundler", "off", events: false)
    assert_exit 0, none
    assert_match(/nothing changed since HEAD/, none.out)
    File.write("#{@project}/lib/a.rb", "# new")
    assert_equal %w[spec/a_spec.rb], files(dtest("--changed", "--bundler", "off"))
    git("checkout", "-qb", "work")
    git("commit", "-qam", "two")
    File.write("#{@project}/spec/new_spec.rb", spec(group: "N"))
    File.write("#{@project}/lib/lonely.rb", "# new")
    branch = dtest("--changed=main", "--bundler", "off")
    assert_equal %w[spec/a_spec.rb spec/new_spec.rb], files(branch).sort
    assert_match(%r{no test is known by name for what changed in lib/lonely.rb}, branch.out.gsub(/\n +/, " "))
    File.write("#{@project}/Gemfile.lock", "\n")
    assert_equal 3, files(dtest("--changed", "--bundler", "off")).size
    unknown = dtest("--changed=nowhere", events: false)
    assert_exit 64, unknown
    assert_match(/git knows no commit 'nowhere'/, unknown.err)
  end

  def test_shards_are_a_partition
    project((1..7).to_h { |i| ["spec/#{i}_spec.rb", spec({ "is #{'x' * i * 50}" => "" }, group: "G#{i}")] })
    parts = (1..3).map { |part| dtest("--shard", "#{part}/3") }
    parts.each { |part| assert_exit 0, part }
    assert_equal (1..7).map { |i| "spec/#{i}_spec.rb" }, parts.flat_map { |part| files(part) }.sort
    assert_match(%r{part 2 of 3, even by size: \d of 7 files}, parts[1].out)
    assert_equal files(parts[0]).sort, files(dtest("--shard", "1/3")).sort
    %w[0/3 4/3 x 1 1/0 1/].each { |bad| assert_exit 64, dtest("--shard", bad, events: false) }
  end

  def test_plan
    aged("spec/a_spec.rb" => spec({ "naps" => "sleep 0.2", "bad" => "raise" }, group: "A"),
         "spec/b_spec.rb" => spec(group: "B"))
    fresh = dtest("plan", "-j2", events: false)
    assert_exit 0, fresh
    assert_match(%r{spec/a_spec.rb +never timed}, fresh.out)
    dtest("-j1")
    known = JSON.parse(dtest("plan", "-j1", "--json", events: false).out)
    assert_equal %w[spec/a_spec.rb spec/b_spec.rb], known["files"].map { |file| file["path"] }
    assert_equal [0, known["files"][0]["expect_secs"]], known["files"].map { |file| file["at_secs"] }
    assert_match(/longest first/, known["files"][0]["why"])
    failed = dtest("run", "--dry-run", "--failed", events: false)
    assert_match(%r{spec/a_spec.rb +1 example; was bad when it was last run}, failed.out)
    assert_exit 4, dtest("plan", "--pattern", "none/**/*.rb", events: false)
    assert_equal 1, JSON.parse(dtest("history", "--json", events: false).out)["runs"].size, "a plan is no run"
  end

  # What fails only after another file in the same process.
  def test_reproduce_runs_the_files_before_in_their_order
    project("spec/a_spec.rb" => spec({ "pollutes" => "$polluted = true # #{'x' * 400}" }, group: "A"),
            "spec/b_spec.rb" => spec({ "needs peace" => "expect($polluted).to be_nil", "is well" => "" }, group: "B"),
            "spec/c_spec.rb" => spec(group: "C"))
    run = dtest("-j1", "--seed", "11")
    assert_exit 1, run
    assert_exit 0, dtest("spec/b_spec.rb")
    id = run.events.first["run"][0, 8]
    again = dtest("reproduce", "-1:1")
    assert_match(/as runner 1 of #{id[0, 4]}/, again.out)
    assert_exit 1, again
    before = files(run).take_while { |path| path != "spec/b_spec.rb" }
    assert_equal before + ["spec/b_spec.rb"], files(again)
    assert_equal 11, again.of_kind("run.plan").last["seed"]
    order = ->(one) { one.of_kind("test.end").map { |e| e["full_name"] if before.include?(e["path"]) || e["path"] =~ /b_/ } }
    assert_equal order.call(run).compact, order.call(again)
    assert_match(/as runner 1 of \h{4,} did: \d files? up to spec\/b_spec.rb, seed 11/, again.out.gsub(/\n +/, " "))
  end

  def test_reproduce_with_the_number_of_that_runner
    code = "raise ENV.values_at('TEST_ENV_NUMBER', 'PARALLEL_TEST_GROUPS', 'DB_PREFIX').join('/')"
    project((1..2).to_h { |i| ["spec/#{i}_spec.rb", spec({ "tells" => "sleep 0.5; #{code}" }, group: "G#{i}")] })
    run = dtest("-j2")
    bad = run.of_kind("test.end").find { |event| event["runner"] == 2 }
    assert bad, "no file ran on the second runner"
    again = dtest("reproduce", "latest:#{bad["failure"]}")
    told = ->(event) { event["exceptions"].first["message"] }
    assert_match(%r{\A2/2/\w+2\z}, told.call(bad))
    assert_equal told.call(bad), told.call(again.of_kind("test.end").first)
  end

  # Both commands of a failure work where the first one was typed, however that said how to run the project.
  def test_commands_to_copy_keep_how_the_project_was_run
    dir = project("spec/a_spec.rb" => "require 'helper_of_mine'\n#{spec({ "bad" => "raise 'because'" })}",
                  "my lib/helper_of_mine.rb" => "")
    flags = ["-C", File.basename(dir), "-I", "my lib", "--timeout", "1m"]
    run = dtest(*flags, "-j1", "spec", "--", "--warnings", dir: File.dirname(dir))
    assert_exit 1, run
    { "again" => /dtest run -C .* -- --warnings$/, "exact" => /dtest reproduce \h+:1 -C \S+/,
      "rerun" => /dtest run -C .* -- --warnings$/ }.each do |label, command|
      words = Shellwords.split(run.out[/^ *#{label} +(#{command})/, 1])
      again = dtest(*words.drop(1), dir: File.dirname(dir))
      assert_exit 1, again
      assert_match(/because/, again.out, label)
    end
  end

  def test_reproduce_says_what_it_cannot
    project("spec/a_spec.rb" => spec({ "bad" => "raise" }))
    dtest
    { "latest" => /names no failure/, "latest:0" => /names no failure/, "latest:7" => /has no failure 7/,
      "nope:1" => /no stored run of this project is called 'nope'/ }.each do |name, message|
      refused = dtest("reproduce", name, events: false)
      assert_exit 64, refused
      assert_match message, refused.err
    end
  end

  def test_contradictions
    project("spec/a_spec.rb" => spec)
    both = dtest("--failed", "--changed", events: false)
    assert_exit 64, both
    assert_match(/--failed and --changed choose tests in different ways; keep one/, both.err)
    assert_exit 64, dtest("--json", events: false)
  end
end
