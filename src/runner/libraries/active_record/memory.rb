# frozen_string_literal: true

require "tmpdir"
require_relative "pools"

module Distributest
  # SQLite databases in memory live and die with their connection, and a
  # connection must not be used across a fork: each runner gets a copy of what
  # the project made of them while it loaded, in a connection of its own.
  module ArMemory
    class << self
      # Why there is no copy, or nil.
      attr_reader :lost

      def memory?(name)
        name.empty? || name == ":memory:" || name.match?(/\Afile:(?::memory:|.*[?&]mode=memory)/)
      end

      def keep
        @copies = {}.compare_by_identity
        ArPools.configs.each do |config|
          pool = ArPools.existing(config)
          next unless pool && ours?(config.db_config.configuration_hash) && (connection = pool.connections.first)
          @copies[config] = copy(connection.raw_connection)
        end
      rescue ::StandardError, ::LoadError => e
        @lost = "an SQLite database in memory cannot be copied for the runners (#{e.class}: #{e.message})"
      end

      def restore
        @copies.to_h.each do |config, bytes|
          database = ArPools.connection(config).raw_connection
          through_file do |path|
            ::File.binwrite(path, bytes)
            ::SQLite3::Database.new(path) { |file| transfer(file, database) }
          end
        end
      end

      private

      def ours?(settings)
        settings[:adapter].to_s.start_with?("sqlite") && memory?(settings[:database].to_s)
      end

      def copy(database)
        require "sqlite3"
        through_file do |path|
          ::SQLite3::Database.new(path) { |file| transfer(database, file) }
          ::File.binread(path)
        end
      end

      def transfer(from, to)
        backup = ::SQLite3::Backup.new(to, "main", from, "main")
        backup.step(-1)
      ensure
        backup&.finish
      end

      def through_file
        ::Dir.mktmpdir("dtest-memory") { |directory| yield ::File.join(directory, "copy") }
      end
    end
  end
end
