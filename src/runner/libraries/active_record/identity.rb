# frozen_string_literal: true

require_relative "memory"

module Distributest
  # The name of a database, equal for runners that would write to the same
  # one: adapter://host:port/name, or the path of an SQLite file.
  module ArIdentity
    PORTS = { "postgresql" => 5432, "postgis" => 5432, "mysql2" => 3306, "trilogy" => 3306 }.freeze

    module_function

    # Nil for what belongs to one process only.
    def of(settings)
      adapter = settings[:adapter].to_s
      return file(settings[:database].to_s) if adapter.start_with?("sqlite")
      name = settings[:database] || (postgres?(adapter) && ENV["PGDATABASE"])
      return if name.to_s.empty?
      "#{adapter}://#{host(adapter, settings)}:#{port(adapter, settings)}/#{name}"
    end

    def file(name)
      return if ArMemory.memory?(name)
      name = name.delete_prefix("file:").sub(/\?.*/, "")
      root = defined?(::Rails.root) && ::Rails.root
      ::File.expand_path(name, root || ::Dir.pwd)
    end

    def host(adapter, settings)
      host = settings[:host] || settings[:hostaddr] || settings[:socket]
      host ||= ENV["PGHOST"] if postgres?(adapter)
      host.to_s.empty? ? "localhost" : host
    end

    def port(adapter, settings)
      port = settings[:port]
      port ||= ENV["PGPORT"] if postgres?(adapter)
      port.to_s.empty? ? PORTS[adapter] : port
    end

    def postgres?(adapter)
      adapter.start_with?("post")
    end
  end
end
