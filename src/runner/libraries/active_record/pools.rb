# frozen_string_literal: true

module Distributest
  # The connection pools of all handlers, roles and shards, as Active Record
  # 6.1 and later keep them.
  module ArPools
    MANAGERS = %i[connection_name_to_pool_manager owner_to_pool_manager].freeze

    module_function

    # `defined?` is true of what would be loaded at its first use, and asking
    # it then establishes Rails' connections (without connecting).
    def known?
      return false unless defined?(::ActiveRecord::Base) && defined?(::ActiveRecord::ConnectionAdapters::PoolConfig)
      managers(::ActiveRecord::Base.connection_handler) ? true : false
    end

    def configs
      handlers.flat_map { |handler| managers(handler).values }.flat_map(&:pool_configs).uniq
    end

    def disconnect
      pools.each(&:disconnect!)
    end

    # Forgets inherited connections without a word to their servers. Active
    # Record does so itself where it sees the fork.
    def discard
      configs.each(&:discard_pool!)
    end

    def connection(config)
      pool = config.pool
      pool.respond_to?(:lease_connection) ? pool.lease_connection : pool.connection
    end

    # Those that exist: asking a configuration for its pool makes one.
    def pools
      configs.map { |config| existing(config) }.compact
    end

    def existing(config)
      config.instance_variable_get(:@pool)
    end

    def handlers
      base = ::ActiveRecord::Base
      others = legacy?(base) || legacy?(::ActiveRecord) ? base.connection_handlers.values : []
      [base.connection_handler, *others].uniq
    end

    def legacy?(place)
      place.respond_to?(:legacy_connection_handling) && place.legacy_connection_handling
    end

    def managers(handler)
      name = MANAGERS.find { |method| handler.respond_to?(method, true) }
      name && handler.send(name)
    end
  end
end
