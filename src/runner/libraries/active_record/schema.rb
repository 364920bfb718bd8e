# frozen_string_literal: true

require_relative "../../captured"
require_relative "../../failure"
require_relative "configurations"

module Distributest
  # `ActiveRecord::Migration.maintain_test_schema!` in the project's helper,
  # done by each runner for its own database where runners have one each.
  module ArSchema
    # Around Active Record's own.
    module Deferred
      def maintain_test_schema!(*)
        super unless ArSchema.defer?
      end
    end

    class << self
      # Called in the boot process, which is the one that can leave it to others.
      def prepare
        @boot = Captured::PID.call
      end

      # In the boot process, or in a runner that loads the project itself.
      def watch(migration)
        migration.singleton_class.prepend(Deferred)
      end

      # Noted, for later. Rails reads its configuration when Base is first used.
      def defer?
        ::ActiveRecord::Base
        @asked = ArConfigurations.varies? && Captured::PID.call == @boot
      end

      def maintain(slot)
        ::ActiveRecord::Migration.maintain_test_schema! if @asked
      rescue ::StandardError, ::SystemExit => e
        raise Failure, why(e, slot)
      end

      private

      def why(error, slot)
        first = error.message.to_s.lines.map(&:strip).reject(&:empty?).first
        text = "runner #{slot} cannot use its database #{name}: #{error.class}: #{first}"
        return text unless error.class.name =~ /NoDatabase|PendingMigration/
        text + "\nLet .distributest/runner_setup make it (dtest-runner(7)), or: #{command}"
      end

      def name
        ::ActiveRecord::Base.connection_db_config.database
      rescue ::StandardError
        nil
      end

      def command
        mine = %w[TEST_ENV_NUMBER DB_PREFIX].map { |variable| "#{variable}=#{ENV[variable]}" }
        "#{mine.join(' ')} RAILS_ENV=test bin/rails db:create db:schema:load"
      end
    end
  end
end
