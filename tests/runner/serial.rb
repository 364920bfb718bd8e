# frozen_string_literal: true

require "open3"
require "tmpdir"

# RSpec's own serial run of a project: {id => status}, its exit status, output.
class Serial
  FORMATTER = File.expand_path("id_formatter.rb", __dir__)

  attr_reader :verdicts, :status, :output, :errors

  alias statuses verdicts

  def initialize(project, args: [], seed: nil, env: {})
    Dir.mktmpdir("serial") do |directory|
      file = File.join(directory, "verdicts")
      command = ["rspec", "-r", FORMATTER, "--format", "IdFormatter", *(seed ? ["--seed", seed.to_s] : []), *args]
      @output, @status = Open3.capture2e({ "BUNDLE_GEMFILE" => nil, "ID_FORMATTER_OUT" => file }.merge(env), *command, chdir: project, stdin_data: "")
      lines = File.exist?(file) ? File.binread(file).force_encoding("UTF-8").split("\n") : []
      @errors = lines.count { |line| line.start_with?("errors\t") }
      @verdicts = lines.map { |line| line.split("\t", 2) }.reject { |status, _| status == "errors" }.to_h { |status, id| [id, status] }
    end
  end
end
