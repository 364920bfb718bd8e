# frozen_string_literal: true

require_relative "support"

# The example of a runner for another language, examples/python, in a copy, and unittest's own serial run of it.
class PythonProject < SystemTest
  SOURCE = File.expand_path("../..", __dir__)
  EXAMPLE = "#{SOURCE}/examples/python"
  SERIAL = "#{SOURCE}/tests/parity/unittest_verdicts.py"

  def setup
    super
    there = system("python3", "-c", "import zmq, msgpack", err: "/dev/null")
    skip "python3 with zmq and msgpack is not installed" unless there
    @project = place("project")
    FileUtils.cp_r(EXAMPLE, @project)
  end

  def write(path, text)
    File.write(File.join(@project, path), text)
  end

  def python(*arguments, **options)
    run = dtest("--boot", "python3 -u dtest_unittest.py", *arguments, **options)
    assert_empty run.account.faults unless options[:events] == false
    assert_nothing_left
    run
  end

  def verdicts(run)
    run.account.examples.to_h { |event| [event["id"], event["status"]] }
  end

  # {id: status} of unittest itself.
  def serial
    out = place("serial.json")
    system({ "PYTHONDONTWRITEBYTECODE" => "1" }, "python3", SERIAL, out,
           chdir: @project, %i[out err] => place("serial.log"))
    JSON.parse(File.read(out))
  end

  def snapshot
    Dir.glob("#{@project}/**/*", File::FNM_DOTMATCH).sort.to_h { |path| [path, File.file?(path) && File.read(path)] }
  end
end
