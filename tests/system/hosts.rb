# frozen_string_literal: true

# Hosts of a network on one machine: namespaces of their own address and host name, held by a process each. They end
# with those processes, and leave nothing behind.
class Hosts
  Host = Struct.new(:name, :address, :pid, :port) do
    # The words that run a command there.
    def prefix
      ["nsenter", "-t", pid.to_s, "--net", "--uts", "--"]
    end
  end

  # What is not there, or nil.
  def self.missing
    quiet = { out: File::NULL, err: File::NULL }
    return "no root, so no network namespaces" unless Process.uid.zero?
    return "no iproute2" unless system("ip", "-V", **quiet)
    bridge = "ip link add dt0 type bridge && ip link add dt1 type veth peer name dt2"
    return if system("unshare", "--net", "--uts", "--", "sh", "-c", bridge, **quiet)
    "network namespaces are forbidden here"
  end

  def initialize(env)
    @env = env
    @hosts = []
    @hub = hold("hub")
    run(@hub, "ip link add br0 type bridge && ip link set br0 up")
  end

  def add(name)
    number = @hosts.size + 1
    host = Host.new(name, "10.77.0.#{number}", hold(name), "v#{number}")
    run(@hub, "ip link add #{host.port} type veth peer name eth0 netns #{host.pid} && " \
              "ip link set #{host.port} master br0 && ip link set #{host.port} up")
    run(host.pid, "ip link set lo up && ip addr add #{host.address}/24 dev eth0 && ip link set eth0 up")
    @hosts << host
    host
  end

  # One more address for it.
  def also(host, address)
    run(host.pid, "ip addr add #{address}/24 dev eth0")
  end

  # Pulls the plug, or puts it in again.
  def link(host, state)
    run(@hub, "ip link set #{host.port} #{state}")
  end

  # Lets what one host sends another get lost, or no longer.
  def deafen(from, to, on)
    change = on ? "replace #{to.address} lladdr 02:00:00:00:00:01 nud permanent" : "del #{to.address}"
    run(from.pid, "ip neigh #{change} dev eth0")
  end

  def close
    return if @closed
    @closed = true
    Machine.kill(@hosts.map(&:pid) << @hub)
  end

  private

  def hold(name)
    read, write = IO.pipe
    line = "hostname #{name} && echo ready && exec sleep 3600"
    pid = Process.spawn(@env, "unshare", "--net", "--uts", "--", "sh", "-c", line, out: write)
    write.close
    read.gets or raise "no namespace for #{name}"
    read.close
    Process.detach(pid)
    pid
  end

  def run(pid, commands)
    system("nsenter", "-t", pid.to_s, "--net", "--", "sh", "-c", commands, exception: true)
  end
end
