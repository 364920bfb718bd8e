# frozen_string_literal: true

require "open3"
require "tmpdir"
require_relative "serial_run"

# The serial run of a project of an xUnit framework, by the framework itself:
# all files are required into one process, as rake does. listing/FRAMEWORK.rb
# writes a line for each verdict: status, title, file:line and message.
class XunitSerialRun < SerialRun
  GLOB = "{test,spec}/**/{test_*,spec_*,*_test,*_spec}.rb"
  NO_TESTS = %r{(\A|/)(test|spec)_helper\.rb\z|\Atest/(system|dummy|fixtures)/}.freeze

  # `files`: those to run, else those that a person would find.
  def initialize(project, framework:, files: nil, **options)
    @framework = framework
    @files = files || Dir.glob(GLOB, base: project).sort.reject { |file| NO_TESTS =~ file }
    @found = []
    super(project, **options)
    settle
  end

  private

  def command(args, seed)
    listing = File.expand_path("listing/#{@framework.tr('-', '_')}.rb", __dir__)
    ["ruby", "-Ilib", "-Itest", "-Ispec", "-r", listing, "-e", "PARITY_FILES.each { |file| require File.expand_path(file) }",
     "--", *args, *(seed && @framework == "minitest" ? ["--seed", seed.to_s] : [])]
  end

  def run(project, command, env)
    env = { "PARITY_FILES" => @files.join("\n") }.merge(env)
    env["SEED"] = env["PARITY_SEED"] if env["PARITY_SEED"]
    super(project, command, env)
  end

  def take(status, title, place = "", message = nil)
    return @seed = title.to_i if status == "seed"
    file, line = place.split(/:(?=-?\d+\z)/)
    @found << [title, file.to_s, line.to_i, status, message]
  end

  # Equal titles: the first file keeps the bare one.
  def settle
    @found.group_by(&:first).each do |title, all|
      home = all.map { |one| one[1] }.min
      all.sort_by.with_index { |one, index| [one[1], one[2], index] }.each do |_, file, _, status, message|
        id = free(title, file, home)
        @verdicts[id] = Verdict.new(id, status, title, message)
      end
    end
  end

  def free(title, file, home)
    id = file == home ? title : "#{title} (#{file})"
    number = 1
    id = "#{title} (#{file} #{number += 1})" while @verdicts[id]
    id
  end
end
