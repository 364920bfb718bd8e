# frozen_string_literal: true

require "open3"
require "tmpdir"

# RSpec's own serial run of a project. `verdicts` are {id => Verdict}.
class SerialRun
  FORMATTER = File.expand_path("verdict_formatter.rb", __dir__)
  Verdict = Struct.new(:id, :status, :name, :message)

  attr_reader :verdicts, :status, :output, :seed, :repeated

  # `seed` is what the user gave, `drawn` what dtest drew for itself.
  def initialize(project, args: [], seed: nil, drawn: nil, env: {})
    @verdicts = {}
    @repeated = []
    Dir.mktmpdir("parity-serial") do |directory|
      @file = File.join(directory, "verdicts")
      run(project, command(args, seed), { "PARITY_SEED" => drawn && drawn.to_s, "TMPDIR" => directory }.merge(env))
      lines.each { |line| take(*line.split("\t").map { |field| field.undump.force_encoding("UTF-8").scrub }) }
    end
  end

  def statuses
    @verdicts.transform_values(&:status)
  end

  private

  def command(args, seed)
    ["rspec", "-r", FORMATTER, "--format", "VerdictFormatter", *(seed ? ["--seed", seed.to_s] : []), *args]
  end

  def run(project, command, env)
    env = { "BUNDLE_GEMFILE" => nil, "RUBYOPT" => nil, "PARITY_OUT" => @file }.merge(env)
    @output, @status = Open3.capture2e(env, *command, chdir: project, stdin_data: "")
  end

  def lines
    File.exist?(@file) ? File.binread(@file).split("\n") : []
  end

  def take(status, id, name = nil, message = nil)
    return @seed = id.to_i if status == "seed"
    @repeated << id if @verdicts[id]
    @verdicts[id] = Verdict.new(id, status, name, message)
  end
end
