# frozen_string_literal: true

require "etc"
require "fileutils"
require_relative "command"

# An sshd of a test's own: its host key, the one key that it lets in, and a configuration of ssh by which it is reached.
class Sshd
  PROGRAM = %w[/usr/sbin/sshd /usr/local/sbin/sshd /usr/bin/sshd].find { |path| File.executable?(path) }

  attr_reader :config, :daemon

  # What is not there, or nil.
  def self.missing
    return "no sshd: run 'tools/install-deps test'" unless PROGRAM
    return "no rsync" unless system("rsync", "--version", out: File::NULL)
    # Run by root it insists on a directory that only its service makes.
    FileUtils.mkdir_p("/run/sshd") if Process.uid.zero?
    nil
  rescue SystemCallError => problem
    "sshd cannot run: #{problem.message}"
  end

  # `prefix`: words before the program, as to run it in a namespace. `inside`: environment of what is run through it;
  # `start_in`: where that begins, instead of the user's home.
  def initialize(dir, env:, port:, address: "127.0.0.1", prefix: [], inside: {}, start_in: nil)
    @dir = dir
    @start_in = start_in
    @inside = inside
    FileUtils.mkdir_p(dir)
    File.chmod(0o700, dir)
    %w[host user].each { |name| make_key(name) }
    name = port == 22 ? address : "[#{address}]:#{port}"
    File.write("#{dir}/known", "#{name} #{File.read("#{dir}/host.pub")}")
    @config = "#{dir}/config"
    File.write(@config, <<~TEXT)
      Host *
        User #{Etc.getpwuid.name}
        Port #{port}
        IdentityFile #{dir}/user
        IdentitiesOnly yes
        IdentityAgent none
        UserKnownHostsFile #{dir}/known
        GlobalKnownHostsFile /dev/null
    TEXT
    @daemon = Command.new([*prefix, PROGRAM, *flags(address, port)], env: env, dir: dir)
    Machine.wait { @daemon.err.include?("Server listening") || @daemon.status }
    raise "sshd did not start: #{@daemon.err}" if @daemon.status
  end

  # From now on nobody knows its host key.
  def forget
    File.write("#{@dir}/known", "")
  end

  def end
    @daemon.close
  end

  private

  def make_key(name)
    system("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "#{@dir}/#{name}", exception: true)
  end

  def flags(address, port)
    options = { "ListenAddress" => address, "AuthorizedKeysFile" => "#{@dir}/user.pub", "StrictModes" => "no",
                "UsePAM" => "no", "PidFile" => "none", "PermitRootLogin" => "yes", "PasswordAuthentication" => "no",
                "KbdInteractiveAuthentication" => "no", "MaxStartups" => "100" } # one for all nodes of a test
    options["SetEnv"] = @inside.map { |name, value| "#{name}=#{value}" }.join(" ") unless @inside.empty?
    options["ForceCommand"] = "cd #{@start_in} && eval \"$SSH_ORIGINAL_COMMAND\"" if @start_in
    ["-D", "-e", "-f", "/dev/null", "-h", "#{@dir}/host", "-p", port.to_s,
     *options.flat_map { |name, value| ["-o", "#{name}=#{value}"] }]
  end
end
