# frozen_string_literal: true

require "socket"
require_relative "../system/machine"
require_relative "flow"

# Stands between a dtest and a dtestd: takes the connections of the one at sockets of its own, carries them on to those
# of the other, and does to the messages on the way what a bad network does. A thread of the test's process.
class Relay
  # The direction in which messages go on each link; the other one carries the subscriptions.
  WORK = "w"
  RESULTS = "r"
  Link = Struct.new(:name, :flows)

  # How many messages had which fate; and those of the work link, as they went on.
  attr_reader :counts, :heard

  # `directory`: where it listens. `targets`: {link: path of the daemon's socket}.
  def initialize(directory, targets, random, weather = Flow::CALM)
    @targets = targets
    @random = random
    @weather = weather
    @counts = Hash.new(0)
    @heard = []
    @links = []
    @held = []
    @todo = Queue.new
    @wake, @waker = IO.pipe
    @doors = targets.to_h { |name, _| [UNIXServer.new(File.join(directory, name)), name] }
    @thread = Thread.new { serve until @over }
    @thread.report_on_exception = true
  end

  # Breaks every connection. Whoever made it may make it anew.
  def cut
    ask { @links.dup.each { |link| drop(link) } }
  end

  # From now on nothing goes through on these links, in the direction of the messages (or both): it waits.
  def hold(*names)
    ask { @held = names }
  end

  # What waited goes on.
  def release
    hold
  end

  def close
    ask { @over = true }
    @thread.join
    @links.each { |link| drop(link) }
    @doors.each_key(&:close)
    [@wake, @waker].each(&:close)
  end

  private

  def ask(&what)
    @todo << what
    @waker.write(".")
  end

  def serve
    @links.each { |link| link.flows.each { |flow| flow.held = @held.include?(link.name) } }
    flows = @links.flat_map(&:flows)
    readable, = IO.select([@wake, *@doors.keys, *flows.select(&:reads?).map(&:from)],
                          flows.select(&:writes?).map(&:to), nil, patience(flows))
    (readable || []).each { |io| @doors.key?(io) ? take(io) : obey(io) }
    carry(readable || [])
  end

  def obey(io)
    return unless io == @wake
    @wake.read_nonblock(1024)
    @todo.pop.call until @todo.empty?
  end

  def carry(readable)
    now = Machine.now
    @links.dup.each do |link|
      ended = link.flows.any? { |flow| readable.include?(flow.from) && !flow.from.closed? && !flow.fill }
      drop(link) unless link.flows.all? { |flow| flow.from.closed? || flow.flush(now) } && !ended
    end
  end

  def patience(flows)
    due = flows.filter_map(&:next_late).min
    due && [due - Machine.now, 0].max
  end

  def take(door)
    name = @doors[door]
    near = door.accept
    far = UNIXSocket.new(@targets.fetch(name))
    @counts[:connections] += 1
    onward = [near, far]
    onward.reverse! if name == RESULTS
    there = Flow.new(*onward, @weather, @random, @counts) { |message| @heard << message if name == WORK }
    @links << Link.new(name, [there, Flow.new(*onward.reverse, Flow::CALM, @random, Hash.new(0))])
  rescue SystemCallError
    near&.close # the daemon is away: come again
  end

  def drop(link)
    link.flows.each { |flow| flow.from.close unless flow.from.closed? }
    @links.delete(link)
  end
end
