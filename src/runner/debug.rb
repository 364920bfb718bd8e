# frozen_string_literal: true

# Started by `dtest debug` in the project's directory, on the person's terminal:
#   ruby debug.rb OPTIONS.json

require_relative "debug_run"

code = Distributest::DebugRun.new(ARGV.shift).call
Distributest::Exits.disarm
exit(code)
