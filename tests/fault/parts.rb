# frozen_string_literal: true

# The processes of a run in a Scene, found by what they are called and whose children they are. `random` chooses one
# where there are several.
module Parts
  RUNNER = /\Adtest runner \d/.freeze
  NAMES = %w[dtest daemon guardian boot_process runner].freeze
  KEEPERS = NAMES.first(3).freeze

  def find_part(name, run)
    case name
    when "dtest" then run.pid
    when "daemon" then process(/dtestd --embedded/)&.pid
    when "guardian" then process(/dtestd --guardian/)&.pid
    when "runner" then rubies.select { |ruby| ruby.title.match?(RUNNER) }.sample(random: random)&.pid
    when "boot_process" then rubies.find { |ruby| !ruby.title.match?(RUNNER) }&.pid
    else raise ArgumentError, name
    end
  end

  # The pid that got the signal; nil when there is no such process.
  def signal_part(signal, name, run)
    pid = find_part(name, run)
    pid && Process.kill(signal, pid) && pid
  rescue Errno::ESRCH
    nil
  end

  # It may have ended, or have been made to go on and end, meanwhile.
  def continue(pid)
    Process.kill(:CONT, pid)
  rescue Errno::ESRCH
    nil
  end

  private

  # Children of the guardian: the boot process and the runners.
  def rubies
    guardian = process(/dtestd --guardian/) or return []
    processes.select { |other| other.parent == guardian.pid }
  end
end
