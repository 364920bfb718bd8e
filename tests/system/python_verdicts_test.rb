# frozen_string_literal: true

require_relative "python_project"

# Python tests that fail, end their process or never end, held against unittest's serial run.
class PythonVerdictsTest < PythonProject
  AROUND = /\A(setUp|tearDown)(Class|Module) \((.*)\)\z/.freeze

  BAD = <<~PYTHON
    import os, sys, unittest

    class Verdicts(unittest.TestCase):
        def test_error(self):
            try: {}["missing"]
            except KeyError as error: raise RuntimeError("outer") from error
        def test_exit(self): sys.exit(0)
        def test_fail(self):
            print("said before")
            self.assertEqual("\u00fcn\u00ef", 2)
        def test_fork(self):
            if not (child := os.fork()): sys.exit(0)
            self.assertEqual(os.waitpid(child, 0)[1], 0)
        def test_no_child_is_there(self):
            with self.assertRaises(ChildProcessError): os.wait()
        def test_not_utf8(self): self.fail("\\udc80")
        def test_parts(self):
            for i in range(20):
                with self.subTest(i=i): self.assertLess(i, 3)
        @unittest.skip("no time")
        def test_skip(self): pass
        def test_skip_inside(self): self.skipTest("inside")
        def test_skip_part(self):
            with self.subTest(i=1): self.skipTest("a part")
        def test_tear_down(self): self.addCleanup(lambda: 1 / 0)
        @unittest.expectedFailure
        def test_unexpected(self): pass
        def test_works(self): pass

    class Inherits(Verdicts): pass
    Again = Inherits

    class Coroutine(unittest.IsolatedAsyncioTestCase):
        async def test_bad(self): self.assertTrue(False)
        async def test_good(self): self.assertTrue(True)
  PYTHON

  AROUND_TESTS = <<~PYTHON
    import unittest

    class Broken(unittest.TestCase):
        @classmethod
        def setUpClass(cls): raise RuntimeError("no class")
        def test_one(self): pass
        def test_two(self): pass

    class Down(unittest.TestCase):
        @classmethod
        def tearDownClass(cls): raise RuntimeError("late")
        def test_one(self): pass

    class Skipped(unittest.TestCase):
        @classmethod
        def setUpClass(cls): raise unittest.SkipTest("not here")
        def test_one(self): pass
  PYTHON

  def test_each_verdict_is_unittests
    write("tests/test_bad.py", BAD)
    run = python("--runners", "1")
    assert_exit 1, run
    assert_equal serial["verdicts"], verdicts(run)
    event = run.of_kind("test.end").find { |one| one["id"].end_with?("::Verdicts.test_fail") }
    assert_equal "said before\n", event["output"]["text"]
    error = run.of_kind("test.end").find { |one| one["id"].end_with?("::Verdicts.test_error") }
    assert_equal "KeyError", error["exceptions"][0]["causes"][0]["class"]
    assert_match(%r{tests/test_bad.py:6}, run.screen)
  end

  def test_around_classes
    write("tests/test_around.py", AROUND_TESTS)
    run = python("tests/test_around.py")
    assert_exit 1, run
    assert_equal({ "Broken.test_one" => "error", "Broken.test_two" => "error", "Down.test_one" => "passed",
                   "Skipped.test_one" => "pending" }, verdicts(run).transform_keys { |id| id[/::(.*)/, 1] })
    failed = run.of_kind("test.error").map { |event| event["where"][AROUND, 3] }
    assert_equal serial["around"].map { |text| text[AROUND, 3] }.grep_v(/Skipped/), failed
  end

  def test_around_a_module
    write("tests/test_around.py", "import unittest\ndef setUpModule(): raise OSError('no module')\n" \
                                  "class A(unittest.TestCase):\n    def test_one(self): pass\n")
    run = python("tests/test_around.py")
    assert_exit 1, run
    assert_equal %w[error], verdicts(run).values
  end

  def test_interrupted
    write("tests/test_stops.py", "import unittest\nclass A(unittest.TestCase):\n" \
                                 "    def test_a(self): raise KeyboardInterrupt\n" \
                                 "    def test_b(self): pass\n")
    run = python
    assert_exit 1, run
    assert_equal %w[failed error], verdicts(run).select { |id, _| id.include?("test_stops") }.values
    assert_equal 8, verdicts(run).values.count("passed")
  end

  def test_files_that_do_not_load
    write("tests/test_import.py", "import nonesuch\n")
    write("tests/test_syntax.py", "def (\n")
    write("tests/test_exits.py", "raise SystemExit(0)\n")
    write("tests/test_skips.py", "import unittest\nraise unittest.SkipTest('not on Tuesdays')\n")
    run = python
    assert_exit 1, run
    assert_equal %w[tests/test_exits.py tests/test_import.py tests/test_syntax.py],
                 run.of_kind("file.load_error").map { |event| event["path"] }.sort
    assert_equal 3, verdicts(run).values.count("pending")
    assert_equal 8, verdicts(run).values.count("passed")
  end

  def test_file_that_ends_the_process
    write("tests/test_dies.py", "import os\nos._exit(0)\n")
    run = python
    assert_exit 1, run
    assert_match(/crashed.*tests.test_dies\.py|tests.test_dies\.py.*crashed/m, run.screen)
    assert_equal 8, verdicts(run).values.count("passed")
  end

  def test_crash
    write("tests/test_crash.py", "import os, unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n" \
                                 "    def test_b(self): print('last words'); os._exit(0)\n    def test_c(self): pass\n")
    run = python("--crash-retries", "0")
    assert_exit 1, run
    assert_equal({ "A.test_a" => "passed", "A.test_b" => "crashed" },
                 verdicts(run).select { |id, _| id.include?("crash") }.transform_keys { |id| id[/::(.*)/, 1] })
    assert_match(/A\.test_b.*last words/m, run.screen)
    assert_match(/not run.*tests.test_crash\.py  1 example/m, run.screen)
  end

  def test_signal
    write("tests/test_crash.py", "import os, unittest\nclass A(unittest.TestCase):\n    def test_a(self): os.abort()\n")
    run = python("--crash-retries", "0")
    assert_match(/ended on SIGABRT while running it/, run.screen)
  end

  def test_timeout
    write("tests/test_hangs.py", "import unittest\nclass A(unittest.TestCase):\n    def test_a(self):\n" \
                                 "        while True: pass\n")
    run = python("--timeout", "2", "tests/test_hangs.py")
    assert_exit 1, run
    assert_equal({ "tests/test_hangs.py::A.test_a" => "timed_out" }, verdicts(run))
  end

  def test_ends_with_its_keeper
    write("tests/test_stays.py", "import os, time, unittest\nclass A(unittest.TestCase):\n    def test_a(self):\n" \
                                 "        open(#{place("stay").inspect}, 'w').write(str(os.getpid()))\n" \
                                 "        time.sleep(1000)\n")
    run = start("--boot", "python3 -u dtest_unittest.py", "tests/test_stays.py")
    wait("the test") { File.size?(place("stay")) }
    run.signal("KILL")
    wait("the end of its runner") { !File.exist?("/proc/#{File.read(place("stay"))}") }
  end
end
