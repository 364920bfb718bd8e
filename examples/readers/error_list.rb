#!/usr/bin/env ruby
# frozen_string_literal: true

# Keeps a file with the failures of a run, as editors read them (path:line: text), while the run goes on.
#
#     error_list.rb ENDPOINT FILE     # vim: :cfile FILE; Emacs: M-x compile, cat FILE
#
# It may come at any time: a stream.snapshot says how much was told before, and what that was it reads from the run's
# stored log, as it does again whenever it was too slow and missed something. Needs ffi-rzmq and msgpack (Debian:
# ruby-ffi-rzmq, ruby-msgpack). Status: 0 run.end came, 1 the stream ended without it, 2 wrong use.
require "ffi-rzmq"
require "json"
require "msgpack"
require "zlib"

# What is bad so far. Verdicts are provisional: those of an attempt that is void, or that are retried, go again.
class ErrorList
  attr_reader :seq

  def initialize(path)
    @path = path
    @bad = {}
    @seq = 0
  end

  def see(event)
    return if event["seq"] <= @seq # twice: from the log, and from the socket

    @seq = event["seq"]
    before = @bad.size
    take(event)
    write if @bad.size != before
  end

  # Whole or not at all: an editor may read at any moment.
  def write
    text = @bad.sort.map { |_, event| "#{line(event)}\n" }.join
    File.write("#{@path}.new", text)
    File.rename("#{@path}.new", @path)
  end

  private

  def take(event)
    case event["kind"]
    when "test.end", "file.end", "file.load_error", "test.error"
      @bad[event["failure"]] = event if event["failure"].to_i.positive?
    when "file.requeue"
      @bad.delete_if { |_, was| same?(was, event, "item", "attempt") }
    when "test.retry"
      @bad.delete_if { |_, was| same?(was, event, "item", "attempt", "id") }
    end
  end

  def same?(one, other, *keys)
    keys.all? { |key| one[key] == other[key] }
  end

  def line(event)
    raised = event["exception"] || event.fetch("exceptions", []).first || {}
    inside = raised["location"].to_s
    message = raised["message"].to_s.lines.map(&:strip).find { |part| !part.empty? }
    where = inside.empty? ? "#{event["path"]}:#{[event["line"].to_i, 1].max}" : inside
    text = [event["full_name"] || event["status"], message || event["reason"]].compact.reject(&:empty?).join(": ")
    "#{where}: #{text}".gsub(/[\r\n]+/, " ")
  end
end

# Every event of a run up to a number, from its stored log. That is up to half a second behind; a log that is not kept
# any more is waited for in vain, once.
def replay(log, list, up_to)
  50.times do
    return if log.to_s.empty? || list.seq >= up_to

    begin
      Zlib::GzipReader.open(log) { |gz| gz.each_line { |line| list.see(JSON.parse(line)) if line.end_with?("\n") } }
    rescue Zlib::Error, JSON::ParserError, Errno::ENOENT
      nil # its end is being written
    end
    sleep 0.1 if list.seq < up_to
  end
end

def add(event, list, log)
  own = event["kind"].start_with?("stream.") # repeats the number of the newest event
  replay(log, list, own ? event["seq"] : event["seq"] - 1)
  list.see(event) unless own
end

# The context lives as long as the program: one that is collected before waits for its sockets for ever.
CONTEXT = ZMQ::Context.new

def messages(endpoint, silence_ms)
  socket = CONTEXT.socket(ZMQ::SUB)
  socket.setsockopt(ZMQ::LINGER, 0)
  socket.setsockopt(ZMQ::RCVTIMEO, silence_ms) # it beats every second
  socket.setsockopt(ZMQ::SUBSCRIBE, "dt1.")
  ZMQ::Util.resultcode_ok?(socket.connect(endpoint)) or abort "error_list.rb: cannot listen to #{endpoint}"
  loop do
    frames = []
    break unless ZMQ::Util.resultcode_ok?(socket.recv_strings(frames))

    yield MessagePack.unpack(frames[1]) if frames.size > 1
  end
end

# What comes before the snapshot waits for it: the list takes events in their order.
def follow(endpoint, path)
  list = ErrorList.new(path)
  log = nil
  waiting = []
  messages(endpoint, 30_000) do |event|
    if event["kind"] == "stream.snapshot" && log.nil?
      log = event["log"]
      list.write # nothing has failed, as far as this knows
    end
    waiting << event
    next if log.nil?

    waiting.each { |each| add(each, list, log) }.clear
    return 0 if event["kind"] == "run.end"
  end
  warn "error_list.rb: the stream fell silent before run.end"
  1
end

if ARGV.size != 2 || ARGV.any? { |word| word.start_with?("-") }
  warn "usage: error_list.rb ENDPOINT FILE"
  exit 2
end
exit follow(*ARGV)
