# frozen_string_literal: true

require_relative "../libraries"
require_relative "active_record/identity"
require_relative "active_record/memory"

module Distributest
  # Sequel's databases: they connect again in each runner when they are used.
  module SequelLibrary
    class << self
      def loaded(_session)
        # What is in memory goes with its connection.
        all.each(&:disconnect) unless memory?
      end

      def obstacle(_session, _failure)
        memory? && "Sequel has a database in memory, which no fork can take along"
      end

      def databases
        all.map { |database| ArIdentity.of(settings(database)) }.compact
      end

      private

      def all
        defined?(::Sequel::DATABASES) ? ::Sequel::DATABASES : []
      end

      def memory?
        all.any? { |database| database.adapter_scheme == :sqlite && ArMemory.memory?(database.opts[:database].to_s) }
      end

      def settings(database)
        scheme = database.adapter_scheme == :postgres ? "postgresql" : database.adapter_scheme.to_s
        database.opts.merge(:adapter => scheme)
      end
    end
  end

  Libraries.add(SequelLibrary)
end
