# frozen_string_literal: true

require "etc"
require "fileutils"
require "open3"
require "tmpdir"

# A PostgreSQL server for the tests: a private directory, a UNIX socket there and no other, gone at the end.
class Postgres
  USER = "shop"

  class << self
    # The one server, started at its first use; nil where none can be started, and `why_not` says why.
    def server
      @server ||= programs && new(programs)
    end

    def why_not
      "PostgreSQL is not installed (no initdb in PATH or /usr/lib/postgresql)" unless programs
    end

    private

    def programs
      @programs ||= [*ENV["PATH"].split(":"), *Dir["/usr/lib/postgresql/*/bin"].sort.reverse].find do |directory|
        %w[initdb pg_ctl postgres].all? { |name| File.executable?(File.join(directory, name)) }
      end
    end
  end

  attr_reader :socket

  def initialize(programs)
    @programs = programs
    @socket = Dir.mktmpdir("dpg", "/tmp")
    FileUtils.chown(owner, nil, @socket) if owner
    as_owner("initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync", "--locale", "C.UTF-8")
    File.write("#{data}/postgresql.conf", settings, mode: "a")
    as_owner("pg_ctl", "-D", data, "-l", "#{@socket}/log", "-w", "start")
    Minitest.after_run { stop }
  end

  # What programs need to find it.
  def environment
    { "PGHOST" => @socket, "PGUSER" => USER, "PGDATABASE" => nil, "PGPORT" => nil }
  end

  # Rows of one database, each as a list of strings.
  def rows(sql, database = "postgres")
    out, status = Open3.capture2e(environment, "psql", "-X", "-A", "-t", "-F", "\t", "-d", database, "-c", sql)
    raise out unless status.success?
    out.lines.map { |line| line.chomp.split("\t") }
  end

  def databases
    rows("select datname from pg_database where not datistemplate and datname <> 'postgres' order by 1").flatten
  end

  def create(*names)
    names.each { |name| rows("create database \"#{name}\"") }
  end

  # {database: how many processes are connected}
  def connections
    rows("select datname, count(*) from pg_stat_activity where datname is not null and pid <> pg_backend_pid() " \
         "group by 1").to_h { |name, count| [name, count.to_i] }
  end

  def empty
    databases.each { |name| rows("drop database \"#{name}\" with (force)") }
  end

  def stop
    as_owner("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    FileUtils.rm_rf(@socket)
  end

  private

  def data
    "#{@socket}/data"
  end

  def settings
    "listen_addresses = ''\nunix_socket_directories = '#{@socket}'\nfsync = off\nmax_connections = 50\n" \
      "autovacuum = off\nshared_buffers = 16MB\n"
  end

  # PostgreSQL refuses to run as root.
  def owner
    return unless Process.uid.zero?
    @owner ||= %w[postgres nobody].find { |name| Etc.getpwnam(name) rescue nil } # rubocop:disable Style/RescueModifier
  end

  def as_owner(program, *arguments)
    command = [File.join(@programs, program), *arguments]
    command = ["runuser", "-u", owner, "--", *command] if owner
    out, status = Open3.capture2e({ "LC_ALL" => "C.UTF-8" }, *command, chdir: "/", in: File::NULL, close_others: true)
    raise "#{command.join(' ')}\n#{out}" unless status.success?
  end
end
