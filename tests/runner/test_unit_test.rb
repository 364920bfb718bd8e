# frozen_string_literal: true

require "minitest/autorun"
require_relative "fake_broker"

FakeBroker.become_subreaper

# What the messages say about tests of Test::Unit, beyond their verdicts.
class TestUnitTest < Minitest::Test
  HEAD = "require 'test/unit'\n"
  FIXTURES = File.expand_path("../fixtures/test_unit", __dir__)

  def project(files, **options, &block)
    Dir.mktmpdir do |directory|
      files.each do |path, text|
        FileUtils.mkdir_p(File.dirname(File.join(directory, path)))
        File.write(File.join(directory, path), text)
      end
      broker = FakeBroker.new(File.realpath(directory), **options).run(&block)
      assert_empty broker.violations
      broker
    end
  end

  def one(body, **options)
    project({ "test/a_test.rb" => "#{HEAD}class A < Test::Unit::TestCase\n#{body}\nend\n" }, **options)
  end

  def statuses(broker)
    broker.verdicts.transform_values { |message| message["status"] }
  end

  def test_what_a_verdict_says
    verdict = one("def test_x\n  assert_equal \"a\\nb\", \"a\\nc\", 'mine'\nend").verdicts["A#test_x"]
    assert_equal ["A#test_x", "test_x", "test/a_test.rb", 3], verdict.values_at("name", "desc", "path", "line")
    exception = verdict["exc"][0]
    assert_equal ["Test::Unit::AssertionFailedError", "test/a_test.rb:4"], exception.values_at("class", "loc")
    assert_match(/\Amine\.?\n<"a\\n" \+ "b"> expected but was/, exception["msg"])
    refute_includes exception["msg"], "diff:"
    assert_includes exception["diff"], "- b\n"
    assert(exception["bt"].none? { |line| line =~ %r{src/runner|lib/test/unit} })
  end

  def test_all_faults_of_a_test
    verdict = one("def teardown; raise IOError, 'two'; end\ndef test_x; flunk 'one'; end").verdicts["A#test_x"]
    assert_equal [["Test::Unit::AssertionFailedError", "one."], %w[IOError two]],
                 (verdict["exc"].map { |exception| exception.values_at("class", "msg") })
    assert_equal "failed", verdict["status"]
  end

  def test_causes
    body = "def test_x; raise KeyError, 'one'; rescue KeyError; raise IOError, 'two'; end"
    assert_equal "one", one(body).verdicts["A#test_x"]["exc"][0]["cause"][0]["msg"]
  end

  def test_omissions_and_pendings_have_their_message
    broker = one("def test_o; omit 'not here'; end\ndef test_p; pend 'later'; end\n" \
                 "def test_b; omit('one') {}; omit('two') {}; end\ndef test_n; notify 'hello'; end")
    assert_equal({ "A#test_b" => "one; two", "A#test_n" => nil, "A#test_o" => "not here", "A#test_p" => "later" },
                 broker.verdicts.transform_values { |verdict| verdict["pend"] })
  end

  def test_names_that_dtest_chooses
    body = "test('adds tax') {}\ndef test_adds_tax; end\ndef test_rest; end"
    assert_equal ["A#test: adds tax", "A#test_adds_tax"], one(body, args: ["--example=adds tax"]).verdicts.keys.sort
    refused = one(body, args: ["--tag=slow"]).failure
    assert_equal 64, refused["code"]
    assert_includes refused["why"], "Test::Unit has no tags"
  end

  def test_nothing_is_printed_by_its_runner
    broker = one("def test_x; puts 'mine'; end", args: ["--verbose=verbose", "--runner=xml"])
    assert_equal "mine\n", broker.output(1)
    refute_match(/Loaded suite|Started|Finished|<stream>/, broker.boot_output)
  end

  def test_random_order_depends_on_the_seed_alone
    body = "self.test_order = :random\n" + (1..9).map { |n| "def test_#{n}; end" }.join("\n")
    broker = one(body, seed: 7)
    begun = broker.messages.select { |message| message["k"] == "begin" }.map { |message| message["id"] }
    assert_equal begun, broker.listed["test/a_test.rb"].map(&:first)
    refute_equal begun.sort, begun
    assert_equal begun, one(body, seed: 7, preload: "framework").verdicts.keys
    refute_equal begun, one(body, seed: 8).verdicts.keys
  end

  def test_hooks_of_the_whole_run_once_in_each_runner
    hooks = "Test::Unit.at_start { puts 'started' }\nTest::Unit.at_exit { puts 'ended' }\n"
    files = { "test/a_test.rb" => "#{HEAD}#{hooks}class A < Test::Unit::TestCase; def test_x; puts 'x'; end; end\n",
              "test/b_test.rb" => "#{HEAD}class B < Test::Unit::TestCase; def test_y; puts 'x'; end; end\n" }
    %w[auto framework].each do |preload|
      broker = project(files, preload: preload)
      assert_equal %w[started x x ended], broker.output(1).split
      refute_match(/started|ended/, broker.boot_output)
    end
  end

  def test_startup_and_shutdown_have_a_name
    body = "def self.startup; raise 'one'; end\ndef self.shutdown; raise 'two'; end\ndef test_x; end"
    broker = one(body)
    assert_equal [["startup of A", "one"], ["shutdown of A", "two"]],
                 (broker.errors.map { |error| [error["where"], error["exc"][0]["msg"]] })
    assert_equal({ "A#test_x" => "passed" }, statuses(broker))
    assert_equal [0, 0], (broker.errors.map { |error| error["item"] })
  end

  def test_class_in_two_files_on_two_runners
    broker = FakeBroker.new(File.join(FIXTURES, "class_in_two_files"), runners: 2, preload: "framework").run
    assert_equal %w[failed passed], broker.verdicts.values.map { |verdict| verdict["status"] }.uniq.sort
    assert_equal 5, broker.verdicts.size
    assert_equal "failed", broker.verdicts["SharedTest#test_in_b_fails"]["status"]
  end

  def test_lines
    body = "data('one', 1)\ndata('two', 2)\ndef test_x(number)\n\nend\n\ntest 'y' do\nend"
    assert_equal %w[A#test_x[one] A#test_x[two]], one(body, paths: ["test/a_test.rb:6"]).verdicts.keys.sort
    assert_equal ["A#test: y"], one(body, paths: ["test/a_test.rb:10"]).verdicts.keys
  end

  def test_some_tests_of_a_class_with_hooks
    body = "def self.startup; puts 'up'; end\ndef self.shutdown; puts 'down'; end\n" \
           "#{(1..4).map { |n| "def test_#{n}; puts #{n}; end" }.join("\n")}"
    files = { "test/a_test.rb" => "#{HEAD}class A < Test::Unit::TestCase\n#{body}\nend\n" }
    broker = project(files) { |plan| [[plan[0], %w[A#test_2 A#test_3 A#test_9]], [plan[0], %w[A#test_1]]] }
    assert_equal %w[up 2 3 down up 1 down], broker.output(1).split
    assert_includes broker.errors[0]["exc"][0]["msg"], "A#test_9"
  end

  def test_mode_list
    broker = one("data('l', 1)\ndef test_x(n); raise; end", mode: "list")
    assert_empty broker.verdicts
    assert_equal [["A#test_x[l]", 4, "A#test_x[l]"]], broker.listed["test/a_test.rb"]
  end

  def test_what_stops_the_run_stops_the_file_and_says_so
    body = "Test::Unit::AutoRunner.prepare { |runner| runner.listeners << Stop.new }\n" \
           "class Stop; def attach_to_mediator(m); m.add_listener(Test::Unit::TestResult::FINISHED) { |r| r.stop }; end; end\n" \
           "def test_1; end\ndef test_2; end"
    broker = one(body)
    assert_equal({ "A#test_1" => "passed", "A#test_2" => "error" }, statuses(broker))
    assert_equal "Test::Unit ended without running this test", broker.verdicts["A#test_2"]["exc"][0]["msg"]
  end

  def test_results_leave_before_a_shutdown_that_ends_the_process
    broker = one("def self.shutdown; exit!(0); end\ndef test_1; end\ndef test_2; end")
    assert_equal({ "A#test_1" => "passed", "A#test_2" => "passed" }, statuses(broker))
    assert_equal [nil], (broker.crashes.map { |crash| crash[:running] })
  end

  def test_a_helper_that_runs_all_tests_at_the_end_of_the_process
    files = { "test/a_test.rb" => "#{HEAD}at_exit { exit Test::Unit::AutoRunner.run(false, nil, []) }\n" \
                                  "class A < Test::Unit::TestCase; def test_x; puts 'ran'; end; end\n" }
    %w[auto framework].each do |preload|
      broker = project(files, preload: preload)
      assert_equal "ran\n", broker.output(1)
      refute_includes broker.boot_output, "ran"
    end
  end

  def test_a_fault_from_a_thread_between_tests
    body = "GO, DONE = Queue.new, Queue.new\n" \
           "def test_x; Thread.new { GO.pop; add_failure('late', caller); DONE << 1 }; end\n" \
           "def self.shutdown; GO << 1; DONE.pop; end"
    broker = one(body)
    assert_equal({ "A#test_x" => "passed" }, statuses(broker))
    assert_equal [["test_x(A)", "late"]], (broker.errors.map { |error| [error["where"], error["exc"][0]["msg"]] })
  end

  def test_a_hook_that_fails_is_nothing_to_another_framework
    files = { "test/a_test.rb" => "#{HEAD}Test::Unit.at_start { raise 'no server' }\n" \
                                  "class A < Test::Unit::TestCase; def test_x; end; end\n",
              "test/b_test.rb" => "require 'minitest/autorun'\nclass B < Minitest::Test; def test_y; end; end\n" }
    broker = project(files)
    assert_equal({ "B#test_y" => "passed" }, statuses(broker))
    assert_equal({ "test/a_test.rb" => "load_error", "test/b_test.rb" => "done" }, broker.outcomes)
  end

  def test_priority_mode_writes_nothing
    Dir.mktmpdir do |home|
      files = { "test/a_test.rb" => "#{HEAD}class A < Test::Unit::TestCase\npriority :never\ndef test_x; end\n" \
                                    "def test_y; assert_empty Dir['**/.test-result', base: '#{home}']; end\nend\n",
                "test-unit.yml" => "runner: console\nconsole_options: {arguments: --priority-mode}\n" }
      broker = project(files, env: { "HOME" => home, "TMPDIR" => home })
      assert_equal({ "A#test_x" => "passed", "A#test_y" => "passed" }, statuses(broker))
      assert_match(/--priority-mode keeps files of its own and is not used/, broker.notices.join)
      refute File.exist?(File.expand_path("../../src/runner/.test-result", __dir__))
    end
  end

  def test_files_without_any_test
    assert_includes project({ "test/a_test.rb" => "#{HEAD}class A < Test::Unit::TestCase; end\n" }).notices,
                    "none of the files defines a test of Minitest or Test::Unit"
    assert_empty project({ "test/a_test.rb" => "#{HEAD}raise 'x'\n" }).notices
  end

  # What ends the boot process while it loads is loaded by the runner that gets it.
  def test_a_file_that_brings_test_unit_late
    Dir.mktmpdir do |place|
      dies = "unless File.exist?('#{place}/once')\n  File.write('#{place}/once', '')\n  exit!\nend\n"
      files = { "test/a_test.rb" => "require 'minitest/autorun'\nclass A < Minitest::Test; def test_x; end; end\n",
                "test/b_test.rb" => "#{dies}#{HEAD}Test::Unit.at_start { puts 'started' }\n" \
                                    "class B < Test::Unit::TestCase; def test_y; end\ndef test_z; flunk; end; end\n" }
      broker = project(files)
      assert_equal({ "A#test_x" => "passed", "B#test_y" => "passed", "B#test_z" => "failed" }, statuses(broker))
      assert_equal "started\n", broker.output(1)
    end
  end

  def assert_bootfail(code, text, broker)
    assert_equal code, broker.failure["code"], broker.failure.inspect
    assert_includes broker.failure["why"], text
  end

  def test_no_test_unit
    assert_bootfail 78, "Test::Unit is not installed for ruby", project({ "test/a_test.rb" => HEAD }, ruby: ["ruby", "--disable-gems"])
  end

  def test_configuration_that_cannot_be_read
    files = { "test/a_test.rb" => "#{HEAD}class A < Test::Unit::TestCase; def test_x; end; end\n", "test-unit.yml" => "a: [" }
    assert_bootfail 78, "test-unit cannot read its configuration (test-unit.yml", project(files)
  end

  def test_a_suite_of_its_own_that_raises
    assert_bootfail 1, "Test::Unit cannot collect its tests: RuntimeError: no suite",
                    one("def self.suite; raise 'no suite'; end\ndef test_x; end")
  end
end
