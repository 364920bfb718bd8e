# frozen_string_literal: true

require "fileutils"
require_relative "relay"

# A dtestd that stands by itself, for a Scene, and runs of dtest that use it: in the place of their own daemon they
# find the sockets of that one, or of a relay in front of it.
module Standing
  # Stands where dtest looks for its dtestd, and removes what dtest leaves when it is killed, as that does.
  DOOR = <<~'SHELL'
    #!/bin/sh
    trap '' PIPE
    ln -s "$STANDING/w" "$2/w" && ln -s "$STANDING/r" "$2/r" || exit 1
    echo ready 2>/dev/null
    cat >/dev/null
    rm -rf "$2"
  SHELL

  attr_reader :daemon

  def start_daemon(runners: 4)
    FileUtils.mkdir_p(place("d"), mode: 0o700)
    @daemon = dtestd("--listen", "ipc://#{place("d/w")}", "--results-listen", "ipc://#{place("d/r")}",
                     "--runners", runners.to_s, "--name", "standing")
    Machine.wait { @daemon.err.include?("takes work at") || @daemon.status }
    raise "no daemon: #{@daemon.screen}" if @daemon.status
    @daemon
  end

  def stop_daemon
    @daemon.signal(:TERM) unless @daemon.status
    @daemon.finish
  end

  # `daemon`: the directory with its sockets.
  def relay(name, random, weather = Flow::CALM, daemon: place("d"))
    FileUtils.mkdir_p(place(name), mode: 0o700)
    targets = { Relay::WORK => File.join(daemon, "w"), Relay::RESULTS => File.join(daemon, "r") }
    relay = Relay.new(place(name), targets, random, weather)
    (@relays ||= []) << relay
    relay
  end

  def close_relays
    (@relays || []).each(&:close)
    @relays = []
  end

  # What makes `start` run a dtest that goes to the sockets in the scene's directory `at`.
  def standing(at = "d")
    { program: program, env: { "STANDING" => place(at) } }
  end

  # Kilobytes and descriptors of the daemon.
  def burden
    pid = @daemon.pid
    [Machine.resident_kb(pid), Dir.children("/proc/#{pid}/fd").size]
  end

  private

  def program
    path = place("b/dtest")
    return path if File.exist?(path)
    FileUtils.mkdir_p(place("b"))
    runner = File.join(File.dirname(Scene::DTEST), "runner")
    File.symlink(File.realpath(runner), place("b/runner")) if File.exist?(File.join(runner, "boot.rb"))
    File.write(place("b/dtestd"), DOOR, perm: 0o755)
    begin
      File.link(Scene::DTEST, path)
    rescue SystemCallError
      FileUtils.cp(Scene::DTEST, path)
    end
    path
  end
end
