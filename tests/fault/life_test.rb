# frozen_string_literal: true

require_relative "support"
require_relative "../soak/load"
require_relative "../soak/long_lived"

# A dtestd that lives through sessions with faults of all kinds, several at once: afterwards it is as it was.
class LifeFaultTest < FaultTest
  MASTERS = 2
  SESSIONS = 3 # of each

  fault("daemon_lives_on") do
    daemon = LongLived.new
    seeds = Array.new(MASTERS) { Array.new(SESSIONS) { random.rand(1 << 32) } }
    loads = seeds.map { |own| Thread.new { own.map { |seed| session(seed, daemon) } } }.flat_map(&:value)
    daemon.finish
    assert_empty loads.flat_map { |load| load.problems.map { |problem| "#{problem}: #{load}" } }
    assert_empty daemon.problems
  end

  private

  def session(seed, daemon)
    load = Load.new(seed, Load::SHARED, daemon: daemon.directory)
    load.run
    load
  end
end
