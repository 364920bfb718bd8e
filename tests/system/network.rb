# frozen_string_literal: true

require_relative "fleet"
require_relative "hosts"

# For a Scene: hosts with an address, a host name, an sshd and a dtestd of their own, and people at some of them, with
# directories and keys of their own.
module Network
  PORT = 7710

  # What is not there, or nil.
  def self.missing
    Sshd.missing || Hosts.missing
  end

  # Every person may use the nodes.
  def build_network(names, people:, nodes: names, daemons: true)
    @net = Hosts.new(environment)
    @hosts = names.map { |name| @net.add(name) }
    @people = people
    @nodes = nodes.map { |name| host(name) }
    @sshds = @nodes.to_h { |host| [host, sshd(host)] }
    people.each { |name| assert_exit 0, dtest("keygen", events: false, env: home(name)) }
    return unless daemons
    @nodes.each { |host| exchange_keys(host) }
    @daemons = @nodes.to_h { |host| [host, serve_at(host)] }
  end

  # The mark is not seen in what writes its title over its environment.
  def close_network
    @sshds&.each_value(&:end)
    @net&.close
  end

  def host(name)
    @hosts.find { |host| host.name == name }
  end

  # Whoever works at a host has directories of his own there.
  def home(name)
    { "HOME" => place(name), "XDG_CONFIG_HOME" => place("#{name}/c"), "XDG_STATE_HOME" => place("#{name}/s") }
      .tap { |dirs| dirs.each_value { |dir| FileUtils.mkdir_p(dir) } }
  end

  def keys(name)
    place("#{name}/c/distributest")
  end

  # Starts a dtestd there and waits until it listens.
  def serve_at(host, *flags, env: {})
    daemon = dtestd("--listen", "tcp://#{host.address}:#{PORT}", "--name", host.name, "--runners", "2", "--work-dir",
                    place("#{host.name}/work"), *flags, env: home(host.name).merge(env), prefix: host.prefix)
    wait("#{host.name} to listen") { daemon.err.include?("takes work at") }
    daemon
  end

  # The person's configuration: these nodes, and whatever else is to stand in each section.
  def configure(person, nodes, local: nil, with: {})
    FileUtils.mkdir_p("#{keys(person)}/nodes")
    sections = nodes.map do |host|
      FileUtils.cp("#{keys(host.name)}/node-key.pub", "#{keys(person)}/nodes/#{host.name}.pub")
      lines = { "endpoint" => "tcp://#{host.address}:#{PORT}", "ssh-host" => host.address,
                "ssh-config" => @sshds[host].config }.merge(with)
      "[node.#{host.name}]\n#{lines.map { |key, value| "#{key} = #{value}\n" }.join}"
    end
    local = local ? "[node.local]\nrunners = #{local}\n" : ""
    File.write("#{keys(person)}/config", "#{local}#{sections.join}")
  end

  # `start` at that person's host.
  def start_at(person, *flags, **options)
    start(*flags, env: home(person), prefix: host(person).prefix, **options)
  end

  # Every daemon ends as it should, and nothing is left.
  def end_network(*daemons)
    daemons.each { |daemon| daemon.signal(:TERM) unless daemon.status }
    daemons.each { |daemon| assert_exit 0, daemon.finish }
    close_network
    assert_nothing_left
  end

  private

  def sshd(host)
    Sshd.new(place("ssh-#{host.name}"), env: environment, port: 2222, address: host.address, prefix: host.prefix)
  end

  def exchange_keys(host)
    assert_exit 0, dtest("keygen", "--node", events: false, env: home(host.name))
    @people.each { |name| FileUtils.cp("#{keys(name)}/key.pub", "#{keys(host.name)}/allowed/#{name}.pub") }
  end
end
