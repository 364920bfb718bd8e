# frozen_string_literal: true

module Distributest
  # What the project asked of or wrote to the database while the boot process
  # loaded it, when each runner is to have another database: none of them
  # would have what was written, and what was read may differ.
  module ArQueries
    # How tables look is the same in all of them; adapters greet their server.
    HARMLESS = %w[SCHEMA TRANSACTION].freeze
    GREETING = /\A\s*(?:SELECT sqlite_version|SELECT VERSION\(\)|PRAGMA |SET |SHOW )/i.freeze

    class << self
      # Like "INSERT INTO ... at spec/rails_helper.rb:12", or nil.
      attr_reader :first

      def watch
        @subscriber ||= ::ActiveSupport::Notifications.subscribe("sql.active_record") do |*, payload|
          harmless = HARMLESS.include?(payload[:name]) || GREETING.match?(payload[:sql].to_s)
          @found ||= [payload[:sql].to_s, caller] unless harmless
        end
      end

      def stop(project)
        ::ActiveSupport::Notifications.unsubscribe(@subscriber) if @subscriber
        @first = @found && describe(@found, project)
      end

      private

      def describe((sql, lines), project)
        here = lines.find { |line| line.start_with?("#{project}/") && !line.start_with?("#{project}/vendor/") }
        short = sql.split.join(" ")
        short = "#{short[0, 47]}..." if short.size > 50
        here ? "#{short} at #{here.delete_prefix("#{project}/")[/\A.*?:\d+/]}" : short
      end
    end
  end
end
