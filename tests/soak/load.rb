# frozen_string_literal: true

require_relative "../system/scene"
require_relative "../fault/suite"
require_relative "../fault/judge"
require_relative "../fault/runner_faults"
require_relative "../fault/parts"
require_relative "../fault/standing"

# One run of dtest on a random suite, with faults in its tests and from outside, watched from its start to its end.
class Load
  include Scene
  include Parts
  include Standing

  LIMIT = 600
  # Those that hang cost a time limit each, which must be long enough for a busy machine.
  HANGING, QUICK = RunnerFaults::ALL.reject { |fault| fault.name == "out_of_memory" }.partition(&:hangs?).map(&:freeze)
  TIMEOUT = "10"
  WARM = 60 # events after which a run has all its runners and has seen some end
  OUTSIDE = [["runner", :KILL], ["boot_process", :KILL], ["guardian", :KILL], ["daemon", :KILL], ["dtest", :KILL],
             ["dtest", :INT], ["runner", :STOP], ["guardian", :STOP], ["daemon", :STOP], ["dtest", :STOP]].freeze

  # `found`: how many are lost, doubled, wrong.
  SHORT = { files: 4..60, planted: 0..3, outside: 0..2, from: OUTSIDE }.freeze
  # Lives long, to see what grows: only its runners are touched.
  LONG = { files: 400..600, planted: 10..20, outside: 10..20,
           from: OUTSIDE.select { |part, _| part == "runner" } }.freeze

  # Uses a daemon that others use, too, and lives on: nobody touches what is that one's.
  SHARED = { files: 4..60, planted: 0..3, outside: 0..3,
             from: [["dtest", :KILL], ["dtest", :INT], ["dtest", :STOP], ["links", :CUT], ["links", :HOLD]] }.freeze

  attr_reader :random, :injected, :problems, :growth, :found

  # `size`: SHORT, LONG or SHARED. `daemon`: the directory with the sockets of one that stands by itself.
  def initialize(seed, size, daemon: nil)
    @seed = seed
    @daemon_at = daemon
    @size = size
    @random = Random.new(seed)
    @injected = []
    @signalled = []
    @problems = []
    @found = Hash.new(0)
    @growth = Hash.new { |all, part| all[part] = [] }
    open_scene
  end

  # Runs it to its end. Afterwards `problems` says in words what is wrong.
  def run
    begin_run
    disturb until over?
    judge
  rescue StandardError => e
    @problems << "#{e.class}: #{e.message}"
  ensure
    close_relays
    close_scene
  end

  def files
    @files ||= @run ? @run.of_kind("file.end").size : 0
  end

  def examples
    @judged ? @account.examples.size : 0
  end

  def to_s
    "seed #{@seed}: #{@run&.line}, exit #{@run&.status.inspect}, faults #{@injected.join(", ")}"
  end

  private

  def begin_run
    @suite = Suite.new(@random, witness: place("ran"), files: @size[:files], each: 1..12, bad: 0.1, pause: 0.01)
    plant(@random.rand(@size[:planted]))
    @outside = Array.new(@random.rand(@size[:outside])) { @size[:from].sample(random: @random) }
    project(@suite.files)
    @run = start("-j#{@random.rand(1..4)}", "--no-history", "--crash-retries", @random.rand(0..2).to_s,
                 "--grace", "200ms", "--timeout", TIMEOUT, **(@daemon_at ? way_to_the_daemon : {}))
    @moments = @outside.map { @random.rand(0..@suite.examples.size + 10) }.sort
    @deadline = Machine.now + LIMIT
  end

  # Through weather of any kind, which nobody may notice.
  def way_to_the_daemon
    shares = %i[lost twice late].to_h { |kind| [kind, @random.rand < 0.5 ? 0 : @random.rand * 0.2] }
    @relay = relay("x", @random, Flow::Weather.new(**shares, most: 0.3), daemon: @daemon_at)
    shares.each { |kind, share| @injected << "messages #{kind}" if share.positive? }
    standing("x")
  end

  def plant(times)
    @planted = {}
    times.times do
      fault = (@random.rand < 0.05 ? HANGING : QUICK).sample(random: @random)
      guilty = @suite.plant(fault.code)
      @injected << "#{fault} in #{guilty.full_name}"
      spoil(guilty, fault)
    end
  end

  # What a crash may do to those that follow it, or that ran before it in a void attempt, is to have no verdict.
  def spoil(guilty, fault)
    @planted[guilty.full_name] = [fault.status, "not_run"]
    # Whoever stops the runner from outside makes it go on, too.
    @planted[guilty.full_name] << guilty.status if fault.name == "stopped" && @size[:from].include?(["runner", :STOP])
    return unless %w[crashed timed_out].include?(fault.status)
    @suite.after(guilty).each { |example| @planted[example.full_name] ||= [example.status, "not_run"] }
  end

  def over?
    raise "it did not end within #{LIMIT} s" if Machine.now > @deadline
    sample_growth
    sleep 0.05
    @run.status
  end

  def disturb
    return if @moments.empty? || @run.lines < @moments.first || !(@relay || process(/dtestd --embedded/))
    @moments.shift
    part, signal = @outside.shift
    return disturb_links(signal) if part == "links"
    pid = signal_part(signal, part, @run) or return
    @injected << "#{signal} to #{part}"
    @signalled << part
    return unless signal == :STOP
    sleep @random.rand
    continue(pid)
  end

  def disturb_links(how)
    @injected << "#{how} of links"
    return @relay.cut if how == :CUT
    @relay.hold(*[%w[w], %w[r], %w[w r]].sample(random: @random))
    sleep @random.rand
    @relay.release
  end

  # Descriptors and memory of what lives as long as the run.
  def sample_growth
    return if @sampled && Machine.now - @sampled < 1 || @run.lines < WARM
    @sampled = Machine.now
    %w[dtest daemon guardian].each do |part|
      pid = find_part(part, @run) or next
      @growth[part] << [Dir.children("/proc/#{pid}/fd").size, Machine.resident_kb(pid)]
    rescue SystemCallError
      nil
    end
  end

  def judge
    wait_until_clean
    files
    return if @run.status == "SIGKILL"
    @account = @run.account
    @judged = true
    judge = Judge.new(@suite, @account, planted: allowed)
    @problems.concat(judge.faults.first(5))
    %i[lost doubled wrong].each { |kind| @found[kind] = judge.public_send(kind).size } if @account.faults.empty?
    told = @account.end["exit_code"]
    @problems << "exit #{@run.status}, its account says #{told}" if told != @run.status
  end

  # A signal from outside may come at any example: what it was at has no verdict, or that of its runner's end.
  def allowed
    return @planted if @signalled.empty?
    more = @signalled.include?("runner") ? %w[not_run crashed] : %w[not_run]
    @suite.verdicts.to_h { |name, status| [name, (@planted[name] || [status]) | more] }
  end

  def wait_until_clean
    Machine.wait(20) { processes.empty? && leftovers.empty? }
    @problems << "processes left: #{processes.join("; ")}" unless processes.empty?
    @problems << "files left: #{leftovers.join(" ")}" unless leftovers.empty?
  end
end
