# frozen_string_literal: true

require_relative "../failure"
require_relative "../libraries"
require_relative "active_record/configurations"
require_relative "active_record/identity"
require_relative "active_record/memory"
require_relative "active_record/pools"
require_relative "active_record/queries"
require_relative "active_record/schema"
require_relative "defined"

module Distributest
  # Active Record: a runner has connections of its own, to the databases that
  # its own environment names. The boot process keeps none: nobody can clone a
  # template that somebody is connected to.
  module ActiveRecordLibrary
    DATABASE_TROUBLE = /\b(?:ActiveRecord|PG|Mysql2|Trilogy|SQLite3)::\w+|\bKeyError\b/.freeze

    class << self
      def prepare(_session)
        # What makes its own process and keeps it (bin/rails through Spring) would outlive the run.
        ENV["DISABLE_SPRING"] ||= "1"
        ArSchema.prepare
        Defined.once("ActiveRecord::Migration") { |migration| ArSchema.watch(migration) }
      end

      def covers?(_place, lines)
        return false unless ArConfigurations.read_by_rails?(lines)
        ArQueries.watch
        true
      end

      def loaded(session)
        ArQueries.stop(session.project)
        return unless ArPools.known?
        ArConfigurations.compare
        ArMemory.keep
        ArPools.disconnect
      end

      def obstacle(_session, failure)
        return old if defined?(::ActiveRecord::Base) && !ArPools.known?
        return ArMemory.lost if ArMemory.lost
        return unless ArConfigurations.varies?
        used = ArQueries.first || failure.to_s[DATABASE_TROUBLE]
        used && "config/database.yml gives each runner a database of its own, and the project " \
                "uses the database while it loads (#{used})"
      end

      def forked(_session, slot)
        tell_active_support
        return unless ArPools.known?
        ArPools.discard
        ArConfigurations.evaluate_again
        ArMemory.restore
      rescue ::StandardError => e
        raise Failure, "runner #{slot}: #{e.message.lines.map(&:strip).reject(&:empty?).first(2).join(' ')}"
      end

      def begun(session, slot)
        Defined.enough
        ArSchema.maintain(slot) unless session.listing?
      end

      def databases
        return [] unless ArPools.known?
        writable = ArPools.configs.map(&:db_config).reject(&:replica?)
        writable.map { |config| ArIdentity.of(config.configuration_hash) }.compact.uniq
      end

      private

      # It may not have seen the fork.
      def tell_active_support
        tracker = defined?(::ActiveSupport::ForkTracker) && ::ActiveSupport::ForkTracker
        tracker.check! if tracker && tracker.respond_to?(:check!)
      end

      def old
        "Active Record #{::ActiveRecord.version} is older than 6.1 and cannot change its databases after a fork"
      end
    end
  end

  Libraries.add(ActiveRecordLibrary)
end
