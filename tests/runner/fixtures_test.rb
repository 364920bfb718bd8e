# frozen_string_literal: true

require "minitest/autorun"
require "yaml"
require_relative "fake_broker"
require_relative "serial"
require_relative "../parity/xunit_serial_run"

FakeBroker.become_subreaper

# Each fixture through boot.rb and runners gives what its expected.yml says,
# and the framework's own serial run agrees except where that file says why not.
class FixturesTest < Minitest::Test
  ROOT = File.expand_path("../fixtures", __dir__)

  Dir[File.join(ROOT, "{rspec,minitest,test_unit}/*/expected.yml")].sort.each do |path|
    framework, name = path.split("/")[-3, 2]
    define_method("test_#{framework}_#{name}") { check(File.dirname(path), YAML.safe_load(File.read(path)), framework) }
  end

  private

  def check(project, expected, framework)
    before = files(project)
    broker = run_with(project, expected)
    return assert_boot_failure(broker, expected) if expected["boot"]
    assert_verdicts(broker, expected)
    assert_equal before, files(project), "files appeared in the project"
    compare(expected, verdicts(broker)) { serial(project, expected, framework) }
  ensure
    (files(project) - before).each { |file| File.delete(file) if before && File.file?(file) }
  end

  def run_with(project, expected)
    FakeBroker.new(project, runners: expected["runners"] || 1, args: expected["args"] || [], seed: expected["seed"],
                            paths: expected["paths"] || [], env: expected["env"] || {}).run
  end

  def assert_boot_failure(broker, expected)
    assert_includes broker.failure["why"], expected["boot"]
    assert_equal expected["exit"], broker.failure["code"]
    assert_equal expected["exit"], broker.boot_status.exitstatus
  end

  def assert_verdicts(broker, expected)
    assert_empty broker.violations
    assert_equal expected["verdicts"], verdicts(broker)
    assert_equal expected["files"] || {}, broker.outcomes.reject { |_, outcome| outcome == "done" }
    assert_equal expected["errors"] || 0, broker.errors.size, broker.errors.inspect
    assert_equal expected["preload"] || "on", broker.loaded["preload"], broker.notices.inspect
    assert_equal broker.plan.sort, broker.outcomes.keys.sort
    assert_announced(broker)
  end

  def assert_announced(broker)
    announced = broker.listed.values.flatten(1).map(&:first)
    assert_empty broker.verdicts.keys - announced
    assert_equal announced.uniq, announced
  end

  def verdicts(broker)
    all = broker.verdicts.transform_values { |message| message["status"] }
    broker.crashes.each { |crash| all[crash[:running]] = "crashed" if crash[:running] }
    broker.listed.each_value { |list| list.each { |id, *| all[id] ||= "not_run" } }
    all.sort.to_h
  end

  def serial(project, expected, framework)
    options = { args: expected["args"] || [], seed: expected["seed"], env: expected["env"] || {} }
    return Serial.new(project, **options) if framework == "rspec"
    XunitSerialRun.new(project, framework: framework, files: expected["paths"], **options)
  end

  def compare(expected, ours)
    return if expected["serial"] == false
    serial = yield
    theirs = serial.statuses
    differs = expected["differs"] || {}
    return refute_equal(theirs.sort.to_h, ours, "nothing differs any more") if differs["all"]
    different = (theirs.keys | ours.keys).reject { |id| theirs[id] == ours[id] }
    assert_equal differs.keys.sort, different.sort, serial.output
  end

  def files(project)
    Dir.glob("#{project}/**/*", File::FNM_DOTMATCH).reject { |path| path =~ %r{/\.\.?\z} }.sort
  end
end
