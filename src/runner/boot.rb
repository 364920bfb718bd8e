# frozen_string_literal: true

# Started by the guardian in the project's directory:
#   ruby boot.rb J_ENDPOINT O_ENDPOINT

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
