# frozen_string_literal: true

require_relative "python_project"

# A runner for another language, written from dtest-runner(7) alone, and what can be asked of it.
class PythonTest < PythonProject
  def test_the_example
    before = snapshot
    run = python
    assert_exit 0, run
    assert_match(/2 files .*unittest 3\.\d+/, run.screen)
    refute_match(/Ruby/, run.screen)
    assert_equal serial["verdicts"], verdicts(run)
    assert_equal({ "passed" => 8, "pending" => 2 }, verdicts(run).values.tally)
    assert_equal before, snapshot
  end

  def test_is_short
    assert_operator File.readlines("#{EXAMPLE}/dtest_unittest.py").size, :<, 150
  end

  # ZeroMQ's own thread would have said nothing of the test that ends the process.
  def test_selection
    assert_equal %w[Show.test_cents Show.test_debt Show.test_is_parsed_again],
                 verdicts(python("tests/test_prices.py::Show")).keys.map { |id| id[/::(.*)/, 1] }
    %w[Show.test_debt Show::test_debt].each do |name|
      assert_equal %w[tests/test_prices.py::Show.test_debt], verdicts(python("tests/test_prices.py::#{name}")).keys
    end
    missing = python("tests/test_nonesuch.py")
    assert_match(/tests.test_nonesuch\.py: no such file/, missing.screen)
    refute_equal 0, missing.status
  end

  def test_what_is_to_be_typed_again
    write("tests/test_bad.py", "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): self.fail()\n" \
                               "    def test_b(self): pass\n")
    again = Shellwords.split(python.screen[/again   (dtest run --boot .*)/, 1]).drop(1)
    assert_equal({ "tests/test_bad.py::A.test_a" => "failed" }, verdicts(dtest(*again)))
  end

  def test_list
    run = dtest("list", "--boot", "python3 -u dtest_unittest.py", "--json", events: false)
    assert_exit 0, run
    files = JSON.parse(run.out)["files"]
    assert_equal %w[tests/test_prices.py tests/test_shelf.py], files.map { |file| file["path"] }
    assert_equal serial["verdicts"].keys.sort, files.flat_map { |file| file["examples"] }.map { |one| one["id"] }.sort
    assert_nothing_left
  end

  def test_seed_and_places
    write("tests/test_places.py", <<~PYTHON)
      import os, random, tempfile, unittest
      class A(unittest.TestCase):
          def test_a(self):
              print(random.random(), os.environ["TEST_ENV_NUMBER"], tempfile.gettempdir() == os.environ["TMPDIR"])
              self.fail()
    PYTHON
    said = Array.new(2) { python("--seed", "7", "tests/test_places.py").of_kind("test.end")[0]["output"]["text"] }
    assert_match(/\A0\.\d+ [12] True\n\z/, said[0])
    assert_equal said[0].split[0], said[1].split[0]
  end

  def test_preload_off
    run = python("--preload", "off")
    assert_equal serial["verdicts"], verdicts(run)
  end

  def test_configured
    assert_exit 0, dtest
  end

  def test_no_such_command
    run = dtest("--boot", "nonesuch")
    assert_exit 78, run
    assert_match(/cannot start nonesuch/, run.screen)
  end
end
