# frozen_string_literal: true

require "socket"
require_relative "sshd"

# Nodes that are reached over TCP, with keys that the test makes.
module Fleet
  # A dtestd of its own user directory.
  Node = Struct.new(:name, :config, :port, :daemon) do
    def public_key
      "#{config}/distributest/node-key.pub"
    end

    def allowed
      "#{config}/distributest/allowed"
    end
  end

  def own(name = "")
    "#{root}/c/distributest/#{name}"
  end

  # Ports that are free together, below those that the kernel gives out.
  def free_port(count = 2)
    100.times do
      port = 20_000 + rand(2_500) * 4
      return port if (port...port + count).all? { |number| free?(number) }
    end
    flunk "no free ports"
  end

  def free?(port)
    TCPServer.new("127.0.0.1", port).close
    true
  rescue Errno::EADDRINUSE
    false
  end

  def keygen
    assert_exit 0, dtest("keygen", events: false)
  end

  # Keys are exchanged unless `strange`.
  def node(name, *flags, strange: false)
    made = keyed(name, strange: strange)
    serve(made, *flags)
    made
  end

  # One whose daemon does not run.
  def keyed(name, strange: false)
    node = Node.new(name, place("config-#{name}"), free_port)
    Dir.mkdir(node.config, 0o700)
    assert_exit 0, dtest("keygen", "--node", events: false, env: { "XDG_CONFIG_HOME" => node.config })
    FileUtils.cp(own("key.pub"), "#{node.allowed}/anna.pub") unless strange
    FileUtils.mkdir_p(own("nodes"))
    FileUtils.cp(node.public_key, own("nodes/#{name}.pub"))
    node
  end

  def serve(node, *flags)
    flags += ["--runners", "2"] unless flags.include?("--runners")
    node.daemon = dtestd("--listen", "tcp://127.0.0.1:#{node.port}", "--name", node.name, *flags,
                         env: { "XDG_CONFIG_HOME" => node.config })
    wait("#{node.name} to listen") { node.daemon.err.include?("takes work at") }
  end

  # The configuration, with these lines in each section.
  def sections(*nodes, with: [], **own_lines)
    text = nodes.map do |node|
      lines = with + own_lines.fetch(node.name.to_sym, [])
      ["[node.#{node.name}]", "endpoint = tcp://127.0.0.1:#{node.port}", *lines].join("\n")
    end
    File.write(own("config"), "#{text.join("\n")}\n")
  end

  def specs(count = 8)
    (1..count).to_h { |n| ["spec/a#{n}_spec.rb", spec] }
  end

  def joined(command)
    command.of_kind("node.join").map { |event| event["name"] || event["node"] }
  end

  # What the screen says, whatever its width.
  def told(command)
    command.screen.gsub(/\s+/, " ")
  end

  def end_of(*nodes)
    nodes.each { |node| node.daemon.signal(:TERM) }
    nodes.each { |node| assert_exit 0, node.daemon.finish }
  end
end
