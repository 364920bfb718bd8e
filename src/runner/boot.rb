# frozen_string_literal: true

# Started by the guardian in the project's directory:
#   ruby boot.rb J_ENDPOINT O_ENDPOINT

# In words that every Ruby parses: what follows is not.
if (RUBY_VERSION.split(".").map { |part| part.to_i } <=> [2, 5]) < 0
  $stderr.puts("this is Ruby " + RUBY_VERSION + ", and dtest needs 2.5 or newer: name another one with --ruby")
  exit!(78)
end

require_relative "boot_process"

STDIN.reopen("/dev/null")
jobs, outcomes = ARGV
begin
  code = Distributest::BootProcess.new(jobs, outcomes, Distributest::Rebirth.new).live
rescue Distributest::Zmtp::Gone => e
  abort("dtest boot: #{e.message}")
end
Distributest::Exits.disarm
Distributest::Exits.leave(code || 0)
