# frozen_string_literal: true

require_relative "../system/scene"
require_relative "../fault/standing"

# A dtestd that lives through all the sessions that a soak gives it.
class LongLived
  include Scene
  include Standing

  KEPT_KB = 4 * 1024
  PATIENCE = 60 # for sessions whose dtest was killed: lease, grace, and what is still to be told

  attr_reader :problems

  def initialize
    open_scene
    start_daemon
    @before = burden
    @peak = @before
    @sessions = 0
    @problems = []
  end

  def directory
    place("d")
  end

  def used
    @sessions += 1
    @peak = [@peak, burden].transpose.map(&:max)
  end

  # Once nobody uses it: whether it is as it was, and leaves nothing.
  def finish
    @problems << "#{processes.join("; ")} left beside the daemon" unless Machine.wait(PATIENCE) { alone? }
    return @problems << "the daemon ended: #{@daemon.status}\n#{@daemon.err}" if @daemon.status
    @after = burden
    @problems << "the daemon grew from #{@before} to #{@after}" unless as_before?
    @problems << "files left while it is idle: #{leftovers.join(" ")}" unless leftovers.empty?
    @problems << "exit #{@daemon.status}" unless stop_daemon.status.zero?
    @problems << "left: #{(processes + leftovers).join(" ")}" unless Machine.wait(20) { (processes + leftovers).empty? }
  ensure
    close_scene
  end

  def to_s
    "dtestd that stood by itself: #{@sessions} sessions; before, at most, afterwards #{@before.first}, " \
      "#{@peak.first}, #{@after&.first} KiB, #{@before.last}, #{@peak.last}, #{@after&.last} descriptors"
  end

  private

  def alone?
    @daemon.status || processes.map(&:pid) == [@daemon.pid]
  end

  # The C library gives memory back when a session ends, which may have been before the last peer had gone.
  def as_before?
    @after.last <= @before.last && @after.first <= @before.first + KEPT_KB
  end
end
