# frozen_string_literal: true

require_relative "../../environment"
require_relative "pools"

module Distributest
  # Rails' database configuration, evaluated again with a runner's environment.
  module ArConfigurations
    READER = %r{/active_record/railtie\.rb:\d+}.freeze
    METHOD = /database_configuration'\z/.freeze

    class << self
      # Whether a read of ENV comes from config/database.yml, for Rails to
      # establish its connections. What else reads that file keeps what it read.
      def read_by_rails?(lines)
        return true if @asking
        file = path
        return false unless file && lines.first.to_s.start_with?("#{file}:")
        method = lines.rindex { |line| METHOD.match?(line) }
        return false unless method && READER.match?(lines[method + 1].to_s)
        @varies = :perhaps if @varies.nil?
        true
      end

      # It names databases of this environment by what differs between runners.
      def varies?
        return @varies unless @varies == :perhaps
        @varies = as_runner("1") { ours } != as_runner("2") { ours }
      rescue ::StandardError
        @varies = true
      end

      # In the boot process: a project that set its configurations itself
      # keeps them.
      def compare
        return unless path || ENV["DATABASE_URL"]
        return unless defined?(::Rails.application) && ::Rails.application
        @evaluated = contents(fresh) == contents(current)
      rescue ::StandardError
        @evaluated = false
      end

      # Changed in place: pools of all classes, roles and shards share these
      # objects with the list of configurations.
      def evaluate_again
        return unless @evaluated
        before = contents(current)
        after = contents(fresh)
        (current + ArPools.configs.map(&:db_config)).each do |config|
          key = key(config)
          next unless after[key] && before[key] == config.configuration_hash
          config.instance_variable_set(:@configuration_hash, after[key])
        end
      end

      private

      def ours
        contents(fresh.select(&:for_current_env?))
      end

      def as_runner(number)
        before = asking { Environment::PARTICULAR.map { |name| [name, ENV[name]] }.to_h }
        Environment.apply(before.transform_values { number })
        yield
      ensure
        Environment.apply(before)
      end

      def path
        return unless defined?(::Rails.application) && ::Rails.application
        place = ::Rails.application.config.paths["config/database"]
        place && place.existent.first
      end

      def current
        ::ActiveRecord::Base.configurations.configurations
      end

      def fresh
        asking do
          evaluated = ::Rails.application.config.database_configuration
          ::ActiveRecord::DatabaseConfigurations.new(evaluated).configurations
        end
      end

      # Reads of ENV in the block are our own.
      def asking
        outer, @asking = @asking, true
        yield
      ensure
        @asking = outer
      end

      def contents(configurations)
        configurations.map { |config| [key(config), config.configuration_hash] }.to_h
      end

      def key(config)
        [config.env_name, config.name]
      end
    end
  end
end
