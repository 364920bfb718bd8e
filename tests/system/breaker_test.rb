# frozen_string_literal: true

require_relative "support"

# --breaker: a runner that fails what others do not fails alone; what is red for everybody stays red.
class BreakerTest < SystemTest
  FILES = 50

  # Whether runner 2's disk is full. What it failed is counted; other runners wait until it had its chance to fail, and
  # the files that are tried again do not wait.
  def broken(rows: 1, process: "true")
    <<~RUBY
      MARKS = #{place("marks").inspect}
      FileUtils.mkdir_p(MARKS)
      RSpec.configure do |config|
        config.before do |example|
          name = File.basename(example.file_path)
          failed = Dir.children(MARKS)
          if ENV["DTEST_RUNNER"] == "2" && #{process}
            File.write(File.join(MARKS, name), "")
            File.write("/dev/full", "x" * 10)
          elsif failed.include?(name)
            File.write(File.join(MARKS, "again.\#{name}"), "")
          end
        end
      end
      def await
        name = File.basename(RSpec.current_example.file_path)
        #{waits_until("enough?(Dir.children(MARKS), name)", "runner 2 has not failed enough")}
      end
      def enough?(all, name)
        again, failed = all.partition { |mark| mark.start_with?("again.") }
        return true if failed.include?(name) || failed.size >= 5 * #{rows}
        row = failed.size / 5
        failed.size >= 5 && again.size < 5 * row
      end
    RUBY
  end

  def sick(helper, files: FILES)
    specs = (1..files).to_h do |number|
      ["spec/f#{format("%02d", number)}_spec.rb",
       spec({ "passes" => "", "goes on" => "await" }, group: "F#{number}", head: "require 'spec_helper'")]
    end
    project(specs.merge("spec/spec_helper.rb" => "require 'fileutils'\n#{helper}", ".rspec" => ""))
  end

  def findings(run)
    run.of_kind("runner.suspect").map { |event| event["what"] }
  end

  # Without the breaks of its lines.
  def plain(run)
    run.screen.gsub(/\s+/, " ")
  end

  def assert_all_passed(run)
    assert_exit 0, run
    assert_empty run.account.faults, run.screen
    assert_equal ["passed"], run.account.verdicts.values.uniq
    assert_equal FILES * 2, run.account.counts["passed"]
    assert_operator run.account.counts["flaky"], :>=, 5, "what failed and then passed is flaky"
  end

  def test_the_process_of_a_broken_runner_is_replaced
    sick(broken(process: "(File.write(#{place("pid").inspect}, $$.to_s) unless File.exist?(#{place("pid").inspect}); " \
                         "File.read(#{place("pid").inspect}) == $$.to_s)"))
    run = dtest("-j2")
    assert_all_passed(run)
    assert_equal %w[rests replaced], findings(run)
    assert_match(/RUNNER runner 2 on local failed \d+ files .*passed( elsewhere)?: its process is replaced first, at/,
                 plain(run))
    assert_includes run.screen, "Errno::ENOSPC"
  end

  def test_a_runner_that_stays_broken_is_stopped
    sick(broken(rows: 2))
    run = dtest("-j4")
    assert_all_passed(run)
    assert_equal %w[rests replaced rests stopped], findings(run)
    assert_match(/runner 2 on local failed .*: stopped; its files ran on other runners/, plain(run))
    assert_includes run.account.end["reason"], "runner 2 on local failed"
    late = run.events.drop_while { |event| event["what"] != "stopped" }
    assert_empty late.select { |event| event["kind"] == "file.start" && event["runner"] == 2 }
  end

  # Runner 1 waits until the row is long enough, and runner 2 then until some of its files have passed there.
  def test_a_runner_on_which_each_file_crashes_is_stopped
    helper = <<~RUBY
      MARKS = #{place("marks").inspect}
      def wait_for(number, kind)
        #{waits_until("Dir.glob(File.join(MARKS, kind + '.*')).size >= number")}
      end
      def mark(kind)
        FileUtils.mkdir_p(MARKS)
        File.write(File.join(MARKS, kind + "." + File.basename(RSpec.current_example.file_path)), "")
      end
      def sick?
        ENV["DTEST_RUNNER"] == "2"
      end
      def crash
        wait_for(2, "passed") if Dir.glob(File.join(MARKS, "crashed.*")).size >= 5
        mark("crashed")
        exit!(1)
      end
    RUBY
    files = (1..30).to_h do |number|
      code = "sick? ? crash : (wait_for(5, 'crashed'); mark('passed'))"
      ["spec/f#{number}_spec.rb", spec({ "works" => code }, group: "F#{number}", head: "require 'spec_helper'")]
    end
    project(files.merge("spec/spec_helper.rb" => "require 'fileutils'\n#{helper}", ".rspec" => ""))
    run = dtest("-j2")
    assert_exit 0, run
    assert_empty run.account.faults, run.screen
    assert_equal ["stopped"], findings(run)
    assert_operator run.account.counts["flaky"], :>=, 5
    assert_match(/runner 2 on local ended in \d+ files in a row.*: stopped; its files ran on other runners/, plain(run))
  end

  def test_one_runner_has_nobody_to_compare_with
    project("spec/a_spec.rb" => spec, "spec/spec_helper.rb" => "")
    files = (1..7).to_h { |number| ["spec/f#{number}_spec.rb", spec({ "fails" => "raise 'no'" })] }
    project(files)
    run = dtest("-j1")
    assert_exit 1, run
    assert_empty findings(run)
    assert_empty run.of_kind("file.requeue")
  end

  def all_red(*arguments)
    files = (1..24).to_h { |number| ["spec/f#{number}_spec.rb", spec({ "fails" => "raise 'no'" }, group: "F#{number}")] }
    project(files)
    run = dtest(*arguments)
    assert_exit 1, run
    assert_empty run.account.faults, run.screen
    assert_empty run.of_kind("file.requeue"), "nothing runs twice"
    [run.account.counts, run.account.verdicts]
  end

  def test_what_is_red_for_all_is_as_red_without_it
    %w[-j1 -j2 -j4].each do |runners|
      assert_equal all_red(runners, "--breaker", "0"), all_red(runners)
    end
  end

  def test_what_failed_fails_when_the_run_is_stopped_before_others_could_try
    sick(broken)
    File.write(place("project/spec/spec_helper.rb"), <<~RUBY)
      RSpec.configure do |config|
        config.before { raise "broken" if ENV["DTEST_RUNNER"] == "2" }
      end
      def await
        #{stays} if ENV["DTEST_RUNNER"] == "1"
      end
    RUBY
    run = start("-j2", "--seed", "1")
    wait_until_stays
    run.wait_event("runner.suspect")
    2.times { run.signal("INT") }
    assert_exit 130, run.finish
    assert_empty run.account.faults, run.screen
    assert_operator run.account.counts["failed"], :>=, 5
  end
end
