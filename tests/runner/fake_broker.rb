# frozen_string_literal: true

require "ffi-rzmq"
require "msgpack"
require "tmpdir"
require "fileutils"

# Plays the broker and the guardian towards boot.rb, as doc/protocol.md says,
# with libzmq and the msgpack library: nothing of it is shared with our side.
class FakeBroker
  BOOT = File.expand_path("../../src/runner/boot.rb", __dir__)
  DEADLINE = Integer(ENV.fetch("DEADLINE", 60))
  CONTEXT = ZMQ::Context.new

  Slot = Struct.new(:number, :incarnation, :push, :sub, :pid, :status, :item, :running, :last, :bye, :out, :ready, :gone)

  attr_reader :messages, :verdicts, :outcomes, :plan, :header, :failure, :notices, :errors, :listed, :crashes,
              :boot_status, :statuses, :directory, :loaded, :violations

  def self.become_subreaper
    verbose, $VERBOSE = $VERBOSE, nil
    syscall(157, 36, 1, 0, 0, 0)
  ensure
    $VERBOSE = verbose
  end

  def initialize(project, runners: 1, env: {}, kill_after: nil, ruby: ["ruby"], **options)
    @project = project
    @wanted = runners
    @spawn_env = env
    @ruby = ruby
    @options = { "mode" => "run", "project" => project, "framework" => "auto", "bundler" => "auto", "paths" => [],
                 "patterns" => [], "excludes" => [], "includes" => [], "requires" => [], "args" => [],
                 "preload" => "auto", "env" => {}, "runners" => runners }.merge(options.transform_keys(&:to_s))
    @messages = []
    @verdicts = {}
    @outcomes = {}
    @notices = []
    @errors = []
    @listed = {}
    @crashes = []
    @statuses = []
    @violations = []
    @deferred = []
    @plan = []
  end

  # Runs everything; the block may choose the items: it gets the planned files
  # and returns [[file, ids or nil]...].
  def run
    Dir.mktmpdir("dt") do |directory|
      @directory = directory
      @slots = []
      start_boot
      return self unless boot
      @queue = (block_given? ? yield(@plan) : @plan&.map { |file| [file, nil] }) if @loaded["preload"] == "on"
      (1..@wanted).each { |number| fork_runner(number, 1) }
      unless @queue
        await("a plan") { @complete || @failure }
        @queue = block_given? ? yield(@plan) : @plan.map { |file| [file, nil] }
      end
      @total = @queue.size
      @items = 0
      work
      finish
      self
    ensure
      cleanup
    end
  end

  def output(slot)
    @outputs[slot]
  end

  private

  def start_boot(incarnation = 1)
    @boot = open_slot(0, incarnation)
    @boot.pid = spawn({ "BUNDLE_GEMFILE" => nil }.merge(@spawn_env), *@ruby, BOOT,
                      endpoint("j", @boot), endpoint("o", @boot), chdir: @project, in: "/dev/null",
                      out: [@boot.out, "a"], err: [@boot.out, "a"])
    await("hello") { @boot.ready || @boot.status }
  end

  def boot
    send_to(@boot, @options.merge("k" => "boot", "defer" => @deferred))
    await("loaded") { @loaded || @failure || @boot.status }
    # It may have ended before its last words were read.
    3.times { step } unless @loaded || @failure
    return true if @loaded
    if @failure
      await("the end of boot") { @boot.status }
      @boot_status = @boot.status
      return false
    end
    culprit = @boot.last
    raise "boot died: #{@boot.status.inspect}\n#{File.binread(@boot.out)}" if culprit.nil? || @deferred.include?(culprit)
    @deferred << culprit
    @plan = []
    @complete = @planner = nil
    start_boot(@boot.incarnation + 1)
    boot
  end

  def work
    until @queue.empty? && runners.none?(&:item)
      raise "failure: #{@failure}" if @failure
      runners.each { |slot| give(slot) if slot.ready && !slot.item && !slot.gone && !@queue.empty? }
      step
      runners.dup.each { |slot| crashed(slot) if slot.gone && (slot.item || !@queue.empty?) }
    end
  end

  def give(slot)
    file, ids = @queue.shift
    slot.item = { "k" => "item", "item" => @items, "a" => 1, "f" => file, "last" => false }
    slot.item["x"] = ids if ids
    @items += 1
    send_to(slot, slot.item)
  end

  def crashed(slot)
    @crashes << { file: slot.item && slot.item["f"], running: slot.running, status: slot.status, out: File.binread(slot.out) }
    @outcomes[slot.item["f"]] = "crashed" if slot.item
    raise "too many crashes: #{@crashes.last}" if @crashes.size > 20
    raise "died idle: #{@crashes.last}" unless slot.item
    slot.item = nil
    close(slot)
    @slots.delete(slot)
    fork_runner(slot.number, slot.incarnation + 1)
  end

  def finish
    await("all runners") { runners.all? { |slot| slot.ready || slot.gone } }
    runners.each { |slot| send_to(slot, "k" => "quit") }
    await("the end of the runners") { runners.all?(&:gone) }
    @outputs = runners.to_h { |slot| [slot.number, File.binread(slot.out)] }
    runners.each { |slot| @statuses << slot.status }
    runners.each { |slot| @violations << "no bye from #{slot.number}" unless slot.bye }
    send_to(@boot, "k" => "quit")
    await("the end of boot") { @boot.status }
    @boot_status = @boot.status
    @boot_output = File.binread(@boot.out)
  end

  public

  attr_reader :boot_output

  private

  def runners
    @slots.reject { |slot| slot.number.zero? }
  end

  def fork_runner(number, incarnation)
    slot = open_slot(number, incarnation)
    prefix = number == 1 ? "" : number.to_s
    send_to(@boot, "k" => "fork", "s" => number, "i" => incarnation, "j" => endpoint("j", slot), "o" => endpoint("o", slot),
                   "env" => { "TEST_ENV_NUMBER" => prefix, "DTEST_RUNNER" => number.to_s }, "out" => slot.out, "tmp" => nil)
  end

  def open_slot(number, incarnation)
    slot = Slot.new(number, incarnation)
    slot.push = bind(ZMQ::PUSH, endpoint("j", slot))
    slot.sub = bind(ZMQ::SUB, endpoint("o", slot))
    slot.sub.setsockopt(ZMQ::SUBSCRIBE, "")
    slot.out = File.join(@directory, "out#{number}.#{incarnation}")
    File.write(slot.out, "")
    slot.last = nil
    @slots << slot
    @numbers ||= {}.compare_by_identity
    @numbers[slot] = 0
    slot
  end

  def endpoint(kind, slot)
    "ipc://#{@directory}/#{kind}#{slot.number}.#{slot.incarnation}"
  end

  def bind(type, address)
    socket = CONTEXT.socket(type)
    socket.setsockopt(ZMQ::LINGER, 0)
    socket.setsockopt(ZMQ::RCVHWM, 0)
    raise "cannot bind #{address}" unless socket.bind(address).zero?
    socket
  end

  def send_to(slot, message)
    slot.push.send_string(MessagePack.pack({ "v" => 1 }.merge(message)), ZMQ::DONTWAIT)
  end

  def await(what)
    deadline = now + DEADLINE
    until yield
      raise "no #{what} within #{DEADLINE} s; boot says: #{File.binread(@boot.out)}" if now > deadline
      step
    end
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def step
    poller = ZMQ::Poller.new
    @slots.each { |slot| poller.register_readable(slot.sub) }
    poller.poll(20)
    @slots.dup.each { |slot| drain(slot) }
    reap
  end

  def drain(slot)
    bytes = String.new
    while slot.sub.recv_string(bytes, ZMQ::DONTWAIT) >= 0
      take(slot, MessagePack.unpack(bytes))
      bytes = String.new
    end
  end

  def take(slot, message)
    number = message["q"]
    return if number <= @numbers[slot]
    @violations << "gap: #{number} after #{@numbers[slot]}" if number != @numbers[slot] + 1
    @numbers[slot] = number
    spoken_by(slot, message) unless message["k"] == "forked"
    @messages << message
    handle(slot, message)
  end

  def spoken_by(slot, message)
    return if message["s"] == slot.number && message["i"] == slot.incarnation
    @violations << "from #{message['s']}.#{message['i']} on #{slot.number}.#{slot.incarnation}"
  end

  def handle(slot, message)
    case message["k"]
    when "hello"
      slot.pid ||= message["pid"]
      slot.ready = true if slot.number.zero?
    when "ready" then slot.ready = true
    when "plan" then add_plan(slot, message)
    when "loading" then slot.last = message["f"]
    when "loaded" then @loaded = message
    when "forked" then @slots.each { |one| one.pid = message["pid"] if one.number == message["s"] && one.incarnation == message["i"] }
    when "bootfail" then @failure = message
    when "notice" then @notices << message["text"]
    when "error" then @errors << message
    when "bye" then slot.bye = true
    when "list" then (@listed[slot.item["f"]] ||= []).concat(message["x"])
    when "begin"
      @violations << "begin #{message['id']} while #{slot.running} runs" if slot.running
      slot.running = message["id"]
    when "example"
      slot.running = nil
      @violations << "second verdict on #{message['id']}" if (slot.item["seen"] ||= {})[message["id"]]
      slot.item["seen"][message["id"]] = true
      @verdicts[message["id"]] = message
    when "done" then finished(slot, message)
    end
  end

  # In a rebirth, or without preloading, the plan comes more than once.
  def add_plan(slot, message)
    return if @complete && @planner != slot
    @plan = [] if message["part"].zero?
    @header = message if message["part"].zero?
    @plan.concat(message["files"])
    @complete = !message["more"]
    @planner ||= slot
  end

  def finished(slot, message)
    file = slot.item["f"]
    @outcomes[file] = message["outcome"]
    slot.running = nil
    slot.item = nil
  end

  def reap
    @slots.each do |slot|
      next if slot.gone || slot.pid.nil?
      if slot.status
        # One more turn without news: what it said has been read.
        slot.gone = true if slot.status_seen?(@messages.size)
        next
      end
      pid, status = Process.waitpid2(slot.pid, Process::WNOHANG)
      slot.status = status if pid
    rescue Errno::ECHILD
      next
    end
  end

  def close(slot)
    slot.push.close
    slot.sub.close
  end

  def cleanup
    (@slots || []).each do |slot|
      kill(slot.pid) if slot.pid && !slot.status
      close(slot)
    end
    orphans
  end

  def kill(pid)
    Process.kill("KILL", pid)
    Process.wait(pid)
  rescue SystemCallError
    nil
  end

  # Children that tests left behind are ours now.
  def orphans
    loop { break unless Process.wait(-1, Process::WNOHANG) }
  rescue Errno::ECHILD
    nil
  end
end

class FakeBroker::Slot
  def status_seen?(count)
    @turns = count == @count ? (@turns || 0) + 1 : 0
    @count = count
    @turns >= 3
  end
end
